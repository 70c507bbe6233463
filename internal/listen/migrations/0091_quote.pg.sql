-- Kept briefings no longer hold the words of posts, which are to go with the posts.
UPDATE listen_briefing SET content = CAST(CAST(content AS jsonb) - 'quotes' AS text);
