"""Where documents and the bytes of their tables are kept.

documents         what a store of documents offers, and the one way to change a document
documents_memory  a store that lives as long as its relay
documents_folder  a store of files in a folder
ended             why documents were ended, for who comes late
documents_redis   a store in Redis that several relays share: redis_client reaches it, redis_keys
                  are what is where, redis_link is how others are heard, followed what is known
journal           changes that are put in their place later
tables            the folders of tables, opened while somebody reads them
locking           one relay alone on a folder
run_record        the relay's own clock, and power cuts
files, disk       files put in place as a whole; how full the disk may get
"""
