CREATE VIRTUAL TABLE publish_proof_words USING fts5(words, content='', contentless_delete=1, tokenize="ascii tokenchars '#._:-'");
