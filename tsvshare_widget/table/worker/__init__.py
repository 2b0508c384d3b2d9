"""The process that answers queries and profiles.

main     its loop;  jobs: what it is asked and what it answers
row_ids  views as files
"""
