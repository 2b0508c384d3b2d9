"""Several processes on one port: one relay, and edges that hold the connections of its viewers.

The relay has all documents, tables and questions, as ever; what costs with a crowd are connections,
and one frame to each of them.  So edges take in connections: those of viewers they keep, and show
them the frames that the relay made once for everyone; all others, uploads for example, they pass on
as they are.  Whatever a viewer says is answered by the relay.

messages       what the relay and its edges say to each other
channel        how they say it: a socket of this computer
far_viewer     a viewer at an edge, for the relay;  outlet: all of one document at one edge
relay_side     the edges that are connected to a relay
running_edge   an edge that listens;  edge: its viewers;  speaker: what they and the relay say
edge_room      one document there;  edge_socket: one viewer there
passing_on     connections that are not a viewer's
"""
