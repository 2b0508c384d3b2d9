"""Bytes of any compression and encoding -> UTF-8 text.

compression  which one, by the first bytes;  unpack: what undoes it
encoding     which one, and recoding;  utf8: how much of a text is UTF-8
binary       what is no text at all
"""
