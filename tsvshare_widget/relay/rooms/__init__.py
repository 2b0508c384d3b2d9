"""The people who look at a document, and what is sent to them.

rooms        who is connected, and to which document
room         one document while somebody looks at it
viewers      one connection;  presence: who is there;  identities: who is who
pointing     where editors point
frames       snapshots as frames;  wire_frames: whole WebSocket frames
broadcast    one frame to many connections;  at_once: without a copy for each
pages        pages of tables, rendered once for everyone;  page_window: what one shows
"""
