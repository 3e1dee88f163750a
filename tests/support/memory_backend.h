/*
 * memory_backend: a protocol of our own whose server (memory_server.h) is in this process. It says
 * what a backend says, through the same interface, in lines of text; so whatever drives a backend
 * can be tested without a network, and the contract suite has its simplest member. One thread.
 */
#pragma once
#include "backend/backend.h"

extern const Backend memory_backend;              /* Account.protocol "memory" */
