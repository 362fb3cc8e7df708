"""Here we shelve what a model card is made of: its facts as a schema, its words in two languages, its template."""
