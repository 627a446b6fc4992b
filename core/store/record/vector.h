/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What texts mean, as numbers, and how near two of them are. Plain values; any thread.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** @vector: (element-type gfloat). "[0.1,-2e-05]", the same in every locale. (transfer full) */
char *offhook_vector_to_text(const GArray *vector);
/** (transfer full) (nullable) (element-type gfloat): what is no vector is none */
GArray *offhook_vector_from_text(const char *text);

/** (transfer full): its numbers */
JsonArray *offhook_vector_to_json(const GArray *vector);

/** The cosine of the angle between them, -1 to 1; 0 for those that can't be compared. */
double offhook_vector_get_cosine(const GArray *a, const GArray *b);

G_END_DECLS
