"""How a source becomes a document: blocks, heads of questions, bodies, and notes of what is odd."""
