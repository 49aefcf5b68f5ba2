"""From stored evidence to tables: documents are found and examined, findings folded into the rows of a study."""
