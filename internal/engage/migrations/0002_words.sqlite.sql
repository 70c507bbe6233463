CREATE VIRTUAL TABLE engage_question_words USING fts5(words, content='', contentless_delete=1, tokenize="ascii tokenchars '#._:-'");
