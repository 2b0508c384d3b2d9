"""The talk with the front end of a notebook: traits down, messages up.

front_end  all views of a widget: what they are sent, what becomes of what they send
messages   what they may send, and how that is read and answered
weakly     a widget that its comm does not keep alive;  reactive: marimo runs cells again
synced     the synced traits out of a snapshot;  rate: how often they are set
uploads    parts of files, on their way to the relay;  built: the files of the front end
"""
