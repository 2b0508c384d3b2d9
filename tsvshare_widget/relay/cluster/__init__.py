"""Several relays on one Redis: each document has one of them, and the others are edges for it.

Whoever comes to a relay is answered there: what a viewer says is passed on to the relay that has
its document, and so is every other request for it.

handshake      how relays know each other
peer           another relay, as this one reaches it;  peer_port: where the others reach this one
cluster        which relay has a document;  places: where the others' are, as that was asked last
routing        requests, each to the relay that has its document;  routed_socket: viewers
caretaker      documents that no relay has, or needs any more
"""
