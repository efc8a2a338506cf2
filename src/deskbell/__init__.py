"""Deskbell: a customer-messaging server whose every change rings a bell."""

__version__ = "0.1.0"
