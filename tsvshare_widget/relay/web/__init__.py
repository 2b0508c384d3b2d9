"""The relay's addresses: HTTP and WebSocket handlers, and what they share.

routes        which handler answers which address
handler       what all handlers have in common;  desk_handler: errors, keys, links, also at an edge
error_page    what people see of an error
creating      who may make documents;  administrator: who may do everything
admin         what only the administrator asks
documents     documents are made, deleted, moved, their links changed;  tickets: for downloads
serving       how connections are taken in;  accepting, guard, hosts: from whom, and which requests
forwarding    who asks, by the word of proxies that were named
parsing       numbers and column ranges out of addresses
pages         the pages themselves, one page of a table as JSON, health and metrics
transfer/     tables and documents on their way in and out
socket        what both kinds of WebSocket have in common;  websocket_rules: the letter of the
              standard;  deflate: compressed messages
live_socket   ``tsvshare.v1``;  live_rules: the same at an edge
conversation  what such a viewer says, one message after the other (inbox)
requests      what it asks for and has not been answered;  answers: what it is answered
plain_socket  the plain protocol
html/         the templates of the pages
"""
