/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An object for people, where no table fits: a line for each member.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** "database.status      healthy"; of an array each element, what is null as "-". */
void offhook_fields_print(JsonObject *object);

G_END_DECLS
