/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as what a caller said, in each language: what is found is UTF-8, within its limits, and
 * the same the second time.
 */

#include "input-finding.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static char *
find(const char *text, OffhookLanguage language, const OffhookInputIntents *intents, GDateTime *now)
{
	g_autoptr(OffhookInputFinding) finding =
	    offhook_input_finding_new(text, language, TRUE, intents, now);
	g_autoptr(JsonObject) object = offhook_input_finding_describe(finding);
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

	g_assert_true(g_utf8_validate(finding->raw, -1, NULL));
	g_assert_true(g_utf8_validate(finding->text, -1, NULL));
	g_assert_cmpuint(finding->entities->len, <=, OFFHOOK_INPUT_MAX_ENTITIES);
	g_assert_true(finding->confidence >= 0.0 && finding->confidence <= 1.0);
	for (guint i = 0; i < finding->entities->len; i++) {
		const OffhookInputEntity *entity = g_ptr_array_index(finding->entities, i);

		g_assert_true(g_utf8_validate(entity->value, -1, NULL));
		g_assert_true(g_utf8_validate(entity->text, -1, NULL));
		g_assert_cmpstr(entity->value, !=, "");
	}
	json_node_set_object(node, object);
	return json_to_string(node, FALSE);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static OffhookInputIntents *intents; /* made once */
	g_autoptr(GDateTime) now = g_date_time_new_utc(2026, 11, 23, 15, 0, 0);
	g_autofree char *text = NULL;

	if (size == 0 || size > 4 * 1024)
		return 0;
	if (intents == NULL)
		intents = offhook_input_intents_new(NULL, "delivery: where ... parcel", NULL);
	text = g_strndup((const char *)data, size);
	for (guint i = 0; i < OFFHOOK_N_LANGUAGES; i++) {
		g_autofree char *once = find(text, i, intents, now);
		g_autofree char *twice = find(text, i, intents, now);

		g_assert_cmpstr(once, ==, twice);
	}
	return 0;
}
