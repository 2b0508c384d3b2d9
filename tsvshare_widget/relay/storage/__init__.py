"""Where documents and the bytes of their tables are kept.

documents         what a store of documents offers, and the one way to change a document
documents_memory  a store that lives as long as its relay
documents_folder  a store of files in a folder
ended             why documents were ended, for who comes late
documents_redis   a store in Redis that several relays share, each document of which one relay has:
                  redis_client and engine reach it, and wait as own_time has it; redis_keys are what
                  is where, owned is what is known, alive says which relays there are, keeper looks
                  whether all is there, copies (of what is owned) are for when Redis has lost it
journal           changes that are put in their place later
tables            the folders of tables, opened while somebody reads them, each as it was at some
                  moments;  deleter: deleted aside
cached_tables     the same, if they are a cache of what stored_tables keep in an object store
upload_records    uploads whose bytes are there, and which can go on
locking           one relay alone on a folder
run_record        the relay's own clock, and power cuts
backup        a copy of a data folder, also while a relay works on it;  archive: one document with
              its tables as a stream, for another relay
files, disk       files put in place as a whole; how full the disk may get
"""
