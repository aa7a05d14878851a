"""Read the corpus, measure how it is read, and train a model of topics with it."""
