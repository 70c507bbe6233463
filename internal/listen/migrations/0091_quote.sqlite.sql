-- Kept briefings no longer hold the words of posts, which are to go with the posts.
UPDATE listen_briefing SET content = json_remove(content, '$.quotes');
