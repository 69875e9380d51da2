"""Kafka, by aiokafka, which is named in this package alone."""
