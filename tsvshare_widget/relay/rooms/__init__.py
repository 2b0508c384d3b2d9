"""The people who look at a document, and what is sent to them.

room         one document while somebody looks at it
viewers      one connection
broadcast    one frame to many connections
wire_frames  whole WebSocket frames, made once
pages        pages of tables, rendered once for everyone
presence     who is there
"""
