"""The relay's addresses: HTTP and WebSocket handlers, and what they share.

routes        which handler answers which address
handler       what all handlers have in common;  desk_handler: errors, keys, links, also at an edge
creating      who may make documents;  administrator: who may do everything
admin         what only the administrator asks
serving       how connections are taken in;  accepting, guard, hosts: from whom, and which requests
forwarding    who asks, by the word of proxies that were named
parsing       numbers and column ranges out of addresses
pages         the pages themselves, one page of a table as JSON, health and metrics
upload        a table on its way in by ``PUT`` and ``POST``;  download: on its way out;  archive: a
              document with all that is its, both ways
socket        what both kinds of WebSocket have in common;  deflate: compressed messages
live_socket   ``tsvshare.v1``;  live_rules: the same at an edge
conversation  what such a viewer says;  inbox, requests: one after the other, and what it asks for
plain_socket  the plain protocol
html/         the templates of the pages
"""
