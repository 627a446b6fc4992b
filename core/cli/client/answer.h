/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the server answers to each request, as far as this program uses it: whatever stands at the address may be another
 * server, or a proxy before it. Members that are not named here may be there or not, so that servers of other versions do.
 */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * offhook_answer_check:
 * @method, @path: of the request; the path may have a query
 *
 * Returns: %FALSE with %OFFHOOK_ERROR_FORMAT when @reply does not have what is used of it, or has it in another form
 */
gboolean offhook_answer_check(const char *method, const char *path, JsonObject *reply,
			      GError **error);

/** The same of an event of the control WebSocket. */
gboolean offhook_answer_check_event(JsonObject *event, GError **error);

/** Whether @msg, whose answer is to be anything but JSON, brings no web page; else as above. */
gboolean offhook_answer_check_type(SoupMessage *msg, GError **error);

/** %OFFHOOK_ERROR_FORMAT: the answer is not what was expected: @what. Always %FALSE. */
gboolean offhook_answer_refuse(SoupMessage *msg, const char *what, GError **error);

G_END_DECLS
