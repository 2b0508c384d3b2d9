"""Bytes of any compression and encoding -> UTF-8 text.

compression  found by the first bytes;  unpack: decompressors
encoding     found, and turned into UTF-8;  detect: where nothing marks it
utf8         how much of a text is UTF-8
binary       files that are no text at all
"""
