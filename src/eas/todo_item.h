/*
 * todo_item: a task in the Tasks class ([MS-ASTASK]), read into a Todo and written. A value that
 * cannot be read costs itself.
 */
#pragma once
#include "eas/reply.h"
#include "model/todo.h"

/* A ReplyTake for the children of ApplicationData; @into is a Todo. */
bool todo_item_take(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err);

/* When all is read: what follows from several properties. */
void todo_item_finish(Todo *todo);

/* The children of ApplicationData: all, but for a text that is that of @was (NULL: new). Days begin
 * when they do in the process's time zone. */
void todo_item_write(WbxmlWriter *writer, const Todo *todo, const Todo *was, int version);
