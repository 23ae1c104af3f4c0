package main

// Fragment is what the tests look at from outside.
var Fragment = fragment
