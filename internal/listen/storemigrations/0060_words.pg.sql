-- New posts wait in a list of at most 2 MB and come into the index of words many
-- at a time, which is a third of the work. A search looks through the list too.
ALTER INDEX listen_post_words_gin SET (fastupdate = on, gin_pending_list_limit = 2048);
