/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

/* What is wrong with a request, by the description of the protocol; NULL: nothing. */
gchar *offhook_emu_check_chat(JsonObject *body);
gchar *offhook_emu_check_speech(JsonObject *body);
gchar *offhook_emu_check_embeddings(JsonObject *body); /* all but the input */

/* A member of @object that is a string; NULL: it is not there or something else. */
const gchar *offhook_emu_get_text(JsonObject *object, const gchar *name);
