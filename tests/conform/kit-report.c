/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writes to standard output. Main thread. */

#include "kit-report.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Where docs/ is for whoever has the documentation package. */
#define PAGE "docs/plugin-contract.md"

struct _KitReport {
	char *file;
	char *words; /* those that a check needs, for the shell */
	KitFormat format;
	JsonObject *all;
	JsonArray *checks;
	guint count[KIT_SKIPPED + 1];
	guint n;
};

static const char *const kit_report_names[] = {"passed", "failed", "skipped"};

KitReport *
kit_report_new(const char *file, const char *words, KitFormat format)
{
	KitReport *self = g_new0(KitReport, 1);

	self->file = g_strdup(file);
	self->words = g_strdup(words);
	self->format = format;
	self->all = json_object_new();
	self->checks = json_array_new();
	json_object_set_string_member(self->all, "file", file);
	if (format == KIT_TAP)
		g_print("TAP version 13\n");
	return self;
}

void
kit_report_free(KitReport *self)
{
	g_free(self->file);
	g_free(self->words);
	json_object_unref(self->all);
	json_array_unref(self->checks);
	g_free(self);
}

/* Of a line that is no check's. */
static const char *
kit_report_get_mark(KitReport *self)
{
	return self->format == KIT_TAP ? "# " : "";
}

void
kit_report_set_plugin(KitReport *self, const char *kind, const char *name, const char *version)
{
	json_object_set_string_member(self->all, "kind", kind);
	json_object_set_string_member(self->all, "name", name);
	json_object_set_string_member(self->all, "version", version);
	if (self->format != KIT_JSON)
		g_print("%s%s %s %s: %s\n", kit_report_get_mark(self), kind, name, version,
			self->file);
}

void
kit_report_plan(KitReport *self, guint n)
{
	if (self->format == KIT_TAP)
		g_print("1..%u\n", n);
}

/* A string as YAML and JSON have it. (transfer full) */
static char *
kit_report_quote(const char *text)
{
	g_autoptr(JsonNode) node = json_node_init_string(json_node_alloc(), text);

	return json_to_string(node, FALSE);
}

static char *
kit_report_locate(const KitCheck *check)
{
	return g_strdup_printf(PAGE "#%s-%s", check->suite, check->name);
}

/* In one line. (transfer full) */
static char *
kit_report_flatten(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++)
		g_strstrip(lines[i]);
	return g_strjoinv(" ", lines);
}

static void
kit_report_print_plain(const KitCheck *check, KitOutcome outcome, const char *found)
{
	g_autofree char *flat = kit_report_flatten(found != NULL ? found : "nothing");
	g_autofree char *place = kit_report_locate(check);

	if (outcome == KIT_PASSED)
		g_print("ok       %s/%s\n", check->suite, check->name);
	else if (outcome == KIT_SKIPPED)
		g_print("skipped  %s/%s: %s\n", check->suite, check->name, flat);
	else
		g_print("FAILED   %s/%s: expected: %s Came: %s. See %s\n", check->suite,
			check->name, check->asks, flat, place);
}

static void
kit_report_print_tap(KitReport *self, const KitCheck *check, KitOutcome outcome, const char *found)
{
	g_autofree char *asks = kit_report_quote(check->asks);
	g_autofree char *place = kit_report_locate(check);
	g_autofree char *what = kit_report_quote(found != NULL ? found : "");

	g_print("%s %u - %s/%s", outcome == KIT_FAILED ? "not ok" : "ok", self->n, check->suite,
		check->name);
	if (outcome == KIT_SKIPPED)
		g_print(" # SKIP %s", found != NULL ? found : "");
	g_print("\n");
	if (outcome == KIT_FAILED)
		g_print("  ---\n  asks: %s\n  found: %s\n  see: %s\n"
			"  again: offhook conform%s --only %s/%s --verbose\n  ...\n",
			asks, what, place, self->words, check->suite, check->name);
}

void
kit_report_add(KitReport *self, const KitCheck *check, KitOutcome outcome, const char *found,
	       double seconds)
{
	g_autofree char *place = kit_report_locate(check);
	JsonObject *entry = json_object_new();

	self->n++;
	self->count[outcome]++;
	json_object_set_string_member(entry, "suite", check->suite);
	json_object_set_string_member(entry, "check", check->name);
	json_object_set_string_member(entry, "result", kit_report_names[outcome]);
	json_object_set_string_member(entry, "asks", check->asks);
	json_object_set_string_member(entry, "see", place);
	if (found != NULL)
		json_object_set_string_member(entry, "found", found);
	json_object_set_double_member(entry, "seconds", seconds);
	json_array_add_object_element(self->checks, entry);
	if (self->format == KIT_TAP)
		kit_report_print_tap(self, check, outcome, found);
	else if (self->format == KIT_PLAIN)
		kit_report_print_plain(check, outcome, found);
}

void
kit_report_output(KitReport *self, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++)
		if (self->format != KIT_JSON && *lines[i] != '\0')
			g_print("# %s\n", lines[i]);
}

gboolean
kit_report_finish(KitReport *self)
{
	g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
	g_autofree char *text = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(kit_report_names); i++)
		json_object_set_int_member(self->all, kit_report_names[i], self->count[i]);
	json_object_set_array_member(self->all, "checks", json_array_ref(self->checks));
	json_node_set_object(root, self->all);
	text = json_to_string(root, TRUE);
	if (self->format == KIT_JSON)
		g_print("%s\n", text);
	else
		g_print("%spassed: %u, failed: %u, skipped: %u\n", kit_report_get_mark(self),
			self->count[KIT_PASSED], self->count[KIT_FAILED], self->count[KIT_SKIPPED]);
	return self->count[KIT_FAILED] == 0;
}
