"""One shared document, as a notebook holds it.

shared_table   its newest state, waiting, pages;  known: what a snapshot says
asking         questions with a DataFrame for an answer
pending        the operations that await an ack
kept_links     links that cells keep when they run again
opening        a source is brought to a relay;  relays: which relay
giving_way     who reads on in a table waits for its first page
changes        what is not as it was;  awaiting: calls that block, awaited
observers      the thread that calls users' observers
showing        where one widget is shown;  keeper: which widgets live
host           whether anybody looks on
progress_bars  for what takes long
"""
