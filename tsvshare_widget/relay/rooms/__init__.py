"""The people who look at a document, and what is sent to them.

connections  who is connected;  viewers: one connection
rooms        who looks at which document;  room: one document while somebody looks at it
presence     who is there;  identities: who is who;  pointing: where editors point
farewells    why viewers must not stay
frames       snapshots as frames;  wire_frames: those of WebSockets;  held_frames: those that wait
broadcast    one frame to many connections;  at_once: without a copy for each
pages        pages of tables, rendered once for everyone;  page_window: what one shows
"""
