"""One shared document, as a notebook holds it.

shared_table  its newest state, waiting, pages
pending       what was set here and is not yet confirmed by the relay
opening       a source is brought to a relay
observers     the thread that calls users' observers
"""
