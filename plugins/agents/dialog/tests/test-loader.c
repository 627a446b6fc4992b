/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reading scripts. Each way to be wrong is found at its place; places are part of what authors are
 * promised, so they are checked, the wording is not.
 */

#include "../dialog-script.h"

#include "sample.h"
#include <glib/gstdio.h>
#include <offhook/error.h>

#define INTENT "{\"name\": \"a\", \"phrases\": [\"good day\"], \"answers\": [\"Hello.\"]}"
#define HEAD   "\"format\": 1, \"name\": \"x\""

static OffhookDialogScript *
parse(const char *text, GError **error)
{
	return offhook_dialog_script_parse(text, strlen(text), "test.json", error);
}

/* @text must be refused with an error at @path, and with @count errors in all. */
static void
assert_refused(const char *text, const char *path, guint count)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *place = g_strdup_printf("test.json: %s: ", path);
	g_auto(GStrv) lines = NULL;

	g_assert_null(parse(text, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	g_test_message("%s", error->message);
	g_assert_nonnull(strstr(error->message, place));
	lines = g_strsplit(error->message, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, count);
}

static void
test_smallest(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDialogScript) script =
	    parse("{" HEAD ", \"intents\": [" INTENT "]}", &error);

	g_assert_no_error(error);
	g_assert_cmpuint(script->intents->len, ==, 1);
	g_assert_cmpfloat(script->reject, ==, 0.35);
	g_assert_cmpuint(script->silence_limit, ==, 3);
	g_assert_nonnull(script->prompts[OFFHOOK_DIALOG_SAY_GREETING][0]);
}

static void
test_sample(void)
{
	g_autoptr(OffhookDialogScript) script = sample_load();
	const OffhookDialogIntent *booking = offhook_dialog_script_find_intent(script, "booking");
	const OffhookDialogIntent *address = offhook_dialog_script_find_intent(script, "address");

	g_assert_cmpstr(script->name, ==, "Trattoria Lucia");
	g_assert_true(booking->consequential);
	g_assert_false(address->consequential);
	g_assert_cmpuint(g_hash_table_size(script->forms), ==, 1);
	g_assert_null(offhook_dialog_script_find_intent(script, "nothing"));
}

/* The example in the documentation works as it stands there. */
static void
test_documented(void)
{
	g_autofree char *path =
	    g_test_build_filename(G_TEST_DIST, "..", "docs", "agents", "dialog.md", NULL);
	g_autofree char *page = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDialogScript) script = NULL;
	g_autoptr(OffhookDialogTalk) talk = NULL;
	char *example;
	char *end;

	g_assert_true(g_file_get_contents(path, &page, NULL, &error));
	g_assert_no_error(error);
	example = strstr(page, "```json\n");
	g_assert_nonnull(example);
	example += strlen("```json\n");
	end = strstr(example, "```");
	g_assert_nonnull(end);
	script = offhook_dialog_script_parse(example, (gsize)(end - example), "dialog.md", &error);
	g_assert_no_error(error);
	talk = offhook_dialog_talk_new(script, NULL, NULL, 0);
	sample_assert_answer(talk, "are you open tomorrow", "tomorrow we are open from nine");
	sample_assert_answer(talk, "i'd like an appointment for a haircut on thursday",
			     "A haircut, on Thursday. Is that right?");
	sample_assert_answer(talk, "yes", "See you on Thursday");
}

static void
test_document(void)
{
	assert_refused("", "$", 1);
	assert_refused("{", "$", 1);
	assert_refused("[1]", "$", 1);
	assert_refused("\"x\"", "$", 1);
	assert_refused("{\"format\": 1, \"name\": \"\xff\"}", "$", 1);
	assert_refused("{}", "$.format", 3);
	assert_refused("{}", "$.name", 3);
	assert_refused("{}", "$.intents", 3);
}

static void
test_deep(void)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < 400000; i++)
		g_string_append_c(text, '[');
	assert_refused(text->str, "$", 1);
	g_string_free(text, TRUE);
}

static void
test_too_large(void)
{
	g_autofree char *text = g_strnfill(OFFHOOK_DIALOG_MAX_FILE + 1, ' ');

	assert_refused(text, "$", 1);
}

static void
test_head(void)
{
#define REST ", \"intents\": [" INTENT "]}"
	assert_refused("{\"format\": 2, \"name\": \"x\"" REST, "$.format", 1);
	assert_refused("{\"format\": \"1\", \"name\": \"x\"" REST, "$.format", 1);
	assert_refused("{\"format\": 1, \"name\": 7" REST, "$.name", 1);
	assert_refused("{\"format\": 1, \"name\": \" \"" REST, "$.name", 1);
	assert_refused("{" HEAD ", \"language\": \"de\"" REST, "$.language", 1);
	assert_refused("{" HEAD ", \"intent\": []" REST, "$.intent", 1);
	assert_refused("{" HEAD ", \"thresholds\": {\"reject\": 2}" REST, "$.thresholds.reject", 1);
	assert_refused("{" HEAD ", \"thresholds\": {\"confirm\": \"x\"}" REST,
		       "$.thresholds.confirm", 1);
	assert_refused("{" HEAD ", \"thresholds\": {\"reject\": 0.5, \"confirm\": 0.4}" REST,
		       "$.thresholds", 1);
	assert_refused("{" HEAD ", \"limits\": {\"silence\": 0}" REST, "$.limits.silence", 1);
	assert_refused("{" HEAD ", \"limits\": {\"unclear\": 1.5}" REST, "$.limits.unclear", 1);
	assert_refused("{" HEAD ", \"limits\": {\"noise\": 1}" REST, "$.limits.noise", 1);
	assert_refused("{" HEAD ", \"limits\": []" REST, "$.limits", 1);
	assert_refused("{" HEAD ", \"variables\": {\"A\": \"x\"}" REST, "$.variables", 1);
	assert_refused("{" HEAD ", \"variables\": {\"a\": 1}" REST, "$.variables.a", 1);
	assert_refused("{" HEAD ", \"hours\": {\"someday\": \"9:00-12:00\"}" REST, "$.hours", 1);
	assert_refused("{" HEAD ", \"hours\": {\"monday\": [\"9-12\"]}" REST, "$.hours.monday[0]",
		       1);
	assert_refused("{" HEAD ", \"hours\": {\"monday\": []}" REST, "$.hours.monday", 1);
	assert_refused("{" HEAD ", \"fallback\": {\"action\": \"dance\"}" REST, "$.fallback.action",
		       2);
	assert_refused("{" HEAD ", \"fallback\": {\"answers\": [\"a\"], \"key\": \"1\"}" REST,
		       "$.fallback.key", 1);
	assert_refused("{" HEAD ", \"fallback\": {\"more\": false}" REST, "$.fallback", 1);
	assert_refused("{" HEAD ", \"fallback\": {\"answers\": [\"a\"], \"cases\": "
		       "[{\"when\": {\"set\": \"nobody\"}, \"answers\": [\"b\"]}]}" REST,
		       "$.fallback.cases[0].when.set", 1);
}

static void
test_slots(void)
{
#define SLOT(json) "{" HEAD ", \"slots\": {\"s\": " json "}" REST
	assert_refused(SLOT("7"), "$.slots.s", 1);
	assert_refused(SLOT("{}"), "$.slots.s.type", 1);
	assert_refused(SLOT("{\"type\": \"color\"}"), "$.slots.s.type", 1);
	assert_refused(SLOT("{\"type\": \"day\", \"min\": 1}"), "$.slots.s.min", 1);
	assert_refused(SLOT("{\"type\": \"day\", \"dates\": 1}"), "$.slots.s.dates", 1);
	assert_refused(SLOT("{\"type\": \"number\", \"min\": 5, \"max\": 4}"), "$.slots.s", 1);
	assert_refused(SLOT("{\"type\": \"number\", \"max\": 5000}"), "$.slots.s", 1);
	assert_refused(SLOT("{\"type\": \"number\", \"max\": 50000}"), "$.slots.s.max", 1);
	assert_refused(SLOT("{\"type\": \"number\", \"unit\": [\"cat\"]}"), "$.slots.s.unit", 1);
	assert_refused(SLOT("{\"type\": \"number\", \"max\": 5, \"values\": [{\"value\": \"6\", "
			    "\"phrases\": [\"half a dozen\"]}]}"),
		       "$.slots.s.values[0]", 1);
	assert_refused(SLOT("{\"type\": \"digits\", \"min\": 5, \"max\": 4}"), "$.slots.s", 1);
	assert_refused(SLOT("{\"type\": \"time\", \"from\": \"noon\"}"), "$.slots.s.from", 1);
	assert_refused(SLOT("{\"type\": \"time\", \"from\": \"9:00\", \"to\": \"8:00\"}"),
		       "$.slots.s", 1);
	assert_refused(SLOT("{\"type\": \"list\"}"), "$.slots.s.values", 1);
	assert_refused(SLOT("{\"type\": \"list\", \"values\": []}"), "$.slots.s.values", 1);
	assert_refused(SLOT("{\"type\": \"list\", \"values\": [1]}"), "$.slots.s.values[0]", 1);
	assert_refused(SLOT("{\"type\": \"list\", \"values\": [{\"value\": \"x\"}]}"),
		       "$.slots.s.values[0].phrases", 1);
	assert_refused(SLOT("{\"type\": \"list\", \"values\": [{\"value\": \"x\", \"key\": \"12\", "
			    "\"phrases\": \"x\"}]}"),
		       "$.slots.s.values[0]", 1);
	assert_refused(
	    SLOT("{\"type\": \"list\", \"values\": [{\"value\": \"x\", \"phrases\": [\"a "
		 "<s>\"]}]}"),
	    "$.slots.s.values[0].phrases[0]", 2);
	assert_refused("{" HEAD ", \"slots\": {\"Big\": {\"type\": \"day\"}}" REST, "$.slots", 1);
	assert_refused("{" HEAD ", \"slots\": {\"answer-x\": {\"type\": \"day\"}}" REST, "$.slots",
		       1);
	assert_refused(
	    "{" HEAD
	    ", \"slots\": {\"d\": {\"type\": \"day\"}}, \"variables\": {\"d\": \"x\"}" REST,
	    "$.variables", 1);
}

static void
test_intents(void)
{
#define INTENTS(json)                                                                              \
	"{" HEAD ", \"slots\": {\"day\": {\"type\": \"day\"}, \"code\": {\"type\": "               \
	"\"digits\"}}, \"intents\": [" json "]}"
	assert_refused("{" HEAD ", \"intents\": []}", "$.intents", 1);
	assert_refused("{" HEAD ", \"intents\": {}}", "$.intents", 1);
	assert_refused(INTENTS("7"), "$.intents[0]", 1);
	assert_refused(INTENTS("{\"phrases\": \"a b\", \"answers\": \"x\"}"), "$.intents[0].name",
		       1);
	assert_refused(INTENTS("{\"name\": \"a\", \"answers\": \"x\"}"), "$.intents[0].phrases", 1);
	assert_refused(INTENTS("{\"name\": \"a\", \"phrases\": []}"), "$.intents[0].phrases", 2);
	assert_refused(INTENTS("{\"name\": \"a\", \"phrases\": \"a b\"}"), "$.intents[0]", 1);
	assert_refused(INTENTS("{\"name\": \"a\", \"phrases\": [\"a (b\"], \"answers\": \"x\"}"),
		       "$.intents[0].phrases[0]", 1);
	assert_refused(
	    INTENTS("{\"name\": \"a\", \"phrases\": [\"x\", \"a <b>\"], \"answers\": \"x\"}"),
	    "$.intents[0].phrases[1]", 1);
	assert_refused(
	    INTENTS("{\"name\": \"a\", \"phrases\": [\"a <code>\"], \"answers\": \"x\"}"),
	    "$.intents[0].phrases[0]", 1);
	assert_refused(
	    INTENTS("{\"name\": \"a\", \"phrases\": [\"x\"], \"answers\": [\"{nobody}\"]}"),
	    "$.intents[0].answers[0]", 1);
	assert_refused(
	    INTENTS("{\"name\": \"a\", \"phrases\": [\"x\"], \"answers\": [\"{day.at}\"]}"),
	    "$.intents[0].answers[0]", 1);
	assert_refused(INTENTS("{\"name\": \"a\", \"phrases\": [\"x\"], \"answers\": [\"{day\"]}"),
		       "$.intents[0].answers[0]", 1);
	assert_refused(INTENTS("{\"name\": \"a\", \"phrases\": [\"x\"], \"answers\": [\"day}\"]}"),
		       "$.intents[0].answers[0]", 1);
	assert_refused(INTENTS("{\"name\": \"a\", \"phrases\": [\"x\"], \"answers\": [\"{}\"]}"),
		       "$.intents[0].answers[0]", 1);
	assert_refused(INTENTS("{\"name\": \"a\", \"phrases\": [\"x\"], \"action\": \"explode\"}"),
		       "$.intents[0].action", 2);
	assert_refused(INTENTS("{\"name\": \"a\", \"phrases\": [\"x\"], \"action\": \"transfer\"}"),
		       "$.intents[0].to", 1);
	assert_refused(
	    INTENTS(
		"{\"name\": \"a\", \"phrases\": [\"x\"], \"action\": \"hang_up\", \"to\": \"y\"}"),
	    "$.intents[0].to", 1);
	assert_refused(INTENTS("{\"name\": \"a\", \"phrases\": [\"x\"], \"form\": \"f\"}"),
		       "$.intents[0].form", 1);
	assert_refused(
	    INTENTS("{\"name\": \"a\", \"phrases\": [\"x\"], \"answers\": \"x\", \"key\": \"10\"}"),
	    "$.intents[0].key", 1);
	assert_refused(
	    INTENTS("{\"name\": \"a\", \"phrases\": [\"x\"], \"answers\": \"x\", \"key\": \"1\"}, "
		    "{\"name\": \"b\", \"phrases\": [\"y\"], \"answers\": \"x\", \"key\": \"1\"}"),
	    "$.intents[1].key", 1);
	assert_refused(INTENTS(INTENT ", " INTENT), "$.intents[1]", 1);
	assert_refused(
	    INTENTS(
		"{\"name\": \"a\", \"phrases\": [\"x\"], \"answers\": \"x\", \"more\": \"yes\"}"),
	    "$.intents[0].more", 1);
	assert_refused(INTENTS("{\"name\": \"a\", \"phrases\": [\"x\"], \"answers\": [\"x\", 7]}"),
		       "$.intents[0].answers[1]", 1);
}

static void
test_cases(void)
{
#define CASE(when)                                                                                 \
	INTENTS("{\"name\": \"a\", \"phrases\": [\"x\"], \"answers\": \"x\", \"cases\": "          \
		"[{\"answers\": \"y\"" when "}]}")
	assert_refused(CASE(""), "$.intents[0].cases[0].when", 1);
	assert_refused(CASE(", \"when\": {}"), "$.intents[0].cases[0].when", 1);
	assert_refused(CASE(", \"when\": {\"open\": \"now\"}"), "$.intents[0].cases[0].when.open",
		       1);
	assert_refused(CASE(", \"when\": {\"given\": \"night\"}"),
		       "$.intents[0].cases[0].when.given", 1);
	assert_refused(CASE(", \"when\": {\"slot\": \"day\"}"), "$.intents[0].cases[0].when.is", 1);
	assert_refused(CASE(", \"when\": {\"given\": \"day\", \"slot\": \"day\", \"is\": \"x\"}"),
		       "$.intents[0].cases[0].when", 1);
	assert_refused(CASE(", \"when\": {\"moon\": \"full\"}"), "$.intents[0].cases[0].when.moon",
		       2);
	assert_refused(
	    "{" HEAD ", \"hours\": {\"monday\": \"9:00-12:00\"}, \"slots\": {\"n\": {\"type\": "
	    "\"number\"}}, \"intents\": [{\"name\": \"a\", \"phrases\": [\"x\"], \"answers\": "
	    "\"x\", \"cases\": [{\"when\": {\"open\": \"n\"}, \"answers\": \"x\"}]}]}",
	    "$.intents[0].cases[0].when.open", 1);
}

static void
test_forms(void)
{
#define FORM(json)                                                                                 \
	"{" HEAD ", \"slots\": {\"day\": {\"type\": \"day\"}, \"n\": {\"type\": \"number\"}}, "    \
	"\"forms\": {\"f\": {" json "}}" REST
#define FIELD(json) FORM("\"answers\": \"x\", \"fields\": [{" json "}]")
	assert_refused(FORM("\"answers\": \"x\""), "$.forms.f.fields", 1);
	assert_refused(FORM("\"answers\": \"x\", \"fields\": []"), "$.forms.f.fields", 1);
	assert_refused(FORM("\"fields\": [{\"slot\": \"day\", \"ask\": \"x\"}]"), "$.forms.f", 1);
	assert_refused(FIELD("\"slot\": \"day\""), "$.forms.f.fields[0].ask", 1);
	assert_refused(FIELD("\"slot\": \"night\", \"ask\": \"x\""), "$.forms.f.fields[0]", 1);
	assert_refused(FIELD("\"ask\": \"x\""), "$.forms.f.fields[0].slot", 1);
	assert_refused(
	    FIELD("\"slot\": \"day\", \"ask\": \"x\", \"must_be_open\": true, \"closed\": \"x\""),
	    "$.forms.f.fields[0]", 1);
	assert_refused(FIELD("\"slot\": \"day\", \"ask\": \"x\", \"names\": \"<day>\""),
		       "$.forms.f.fields[0]", 1);
	assert_refused(FIELD("\"slot\": \"day\", \"ask\": \"x\", \"phrases\": [\"on <n\"]"),
		       "$.forms.f.fields[0].phrases[0]", 1);
	assert_refused(
	    FIELD("\"slot\": \"day\", \"ask\": \"x\"}, {\"slot\": \"day\", \"ask\": \"y\""),
	    "$.forms.f.fields[1]", 1);
	assert_refused(
	    FORM("\"answers\": \"x\", \"fields\": [{\"slot\": \"day\", \"ask\": \"x\"}], "
		 "\"confirm\": {}"),
	    "$.forms.f.confirm.ask", 1);
	assert_refused(
	    FORM("\"answers\": \"x\", \"fields\": [{\"slot\": \"day\", \"ask\": \"x\"}], "
		 "\"confirm\": {\"ask\": \"{x}\"}"),
	    "$.forms.f.confirm.ask[0]", 1);
	assert_refused(
	    "{" HEAD ", \"hours\": {\"monday\": \"9:00-12:00\"}, \"slots\": {\"n\": {\"type\": "
	    "\"number\"}}, \"forms\": {\"f\": {\"answers\": \"x\", \"fields\": [{\"slot\": "
	    "\"n\", \"ask\": \"x\", \"must_be_open\": true}]}}" REST,
	    "$.forms.f.fields[0]", 2);
}

static void
test_prompts(void)
{
#define PROMPTS(json) "{" HEAD ", \"prompts\": {" json "}" REST
	assert_refused(PROMPTS("\"hello\": \"x\""), "$.prompts.hello", 1);
	assert_refused(PROMPTS("\"greeting\": 1"), "$.prompts.greeting", 1);
	assert_refused(PROMPTS("\"unclear\": [[\"x\"], [\"{y}\"]]"), "$.prompts.unclear[1][0]", 1);
	assert_refused(PROMPTS("\"silence\": \"x\""), "$.prompts.silence", 1);
	assert_refused(PROMPTS("\"offer\": {}"), "$.prompts.offer.ask", 2);
	assert_refused(PROMPTS("\"offer\": {\"ask\": \"x\", \"intent\": \"b\"}"),
		       "$.prompts.offer.intent", 1);
}

/* Examples are tests that the author writes. */
static void
test_examples(void)
{
	assert_refused("{" HEAD ", \"intents\": [{\"name\": \"a\", \"phrases\": [\"good day\"], "
		       "\"answers\": \"x\", \"examples\": [\"good day\", \"bananas\"]}]}",
		       "$.intents[0].examples[1]", 1);
	assert_refused("{" HEAD ", \"intents\": [{\"name\": \"a\", \"phrases\": [\"good day\"], "
		       "\"answers\": \"x\"}, {\"name\": \"b\", \"phrases\": [\"bad night\"], "
		       "\"answers\": \"x\", \"examples\": [\"a good day\"]}]}",
		       "$.intents[1].examples[0]", 1);
}

/* All that is wrong is said at once. */
static void
test_all_at_once(void)
{
	const char *text = "{\"format\": 1, \"language\": \"fr\", \"slots\": {\"x\": {\"type\": "
			   "\"y\"}}, \"intents\": [{\"name\": \"a\", \"phrases\": [\"<b>\"], "
			   "\"answers\": \"{c}\", \"form\": \"d\"}]}";

	assert_refused(text, "$.name", 6);
	assert_refused(text, "$.language", 6);
	assert_refused(text, "$.slots.x.type", 6);
	assert_refused(text, "$.intents[0].phrases[0]", 6);
	assert_refused(text, "$.intents[0].answers[0]", 6);
	assert_refused(text, "$.intents[0].form", 6);
}

/* A file of errors does not become a log of megabytes. */
static void
test_many_errors(void)
{
	GString *text = g_string_new("{" HEAD ", \"intents\": [7");
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) lines = NULL;

	for (guint i = 0; i < 400; i++)
		g_string_append(text, ", 7");
	g_string_append(text, "]}");
	g_assert_null(parse(text->str, &error));
	lines = g_strsplit(error->message, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), <, 50);
	g_string_free(text, TRUE);
}

static void
test_comments(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDialogScript) script =
	    parse("{\"$schema\": \"dialog.schema.json\", \"comment\": \"of the author\", " HEAD
		  ", \"intents\": [" INTENT "]}",
		  &error);

	g_assert_no_error(error);
	g_assert_nonnull(script);
}

static void
test_files(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_dialog_script_load("/nonexistent/script.json", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
	g_clear_error(&error);
	g_assert_null(offhook_dialog_script_load("/", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	g_clear_error(&error);
	g_assert_null(offhook_dialog_script_load("/dev/zero", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dialog/loader/smallest", test_smallest);
	g_test_add_func("/dialog/loader/sample", test_sample);
	g_test_add_func("/dialog/loader/documented", test_documented);
	g_test_add_func("/dialog/loader/document", test_document);
	g_test_add_func("/dialog/loader/deep", test_deep);
	g_test_add_func("/dialog/loader/too-large", test_too_large);
	g_test_add_func("/dialog/loader/head", test_head);
	g_test_add_func("/dialog/loader/slots", test_slots);
	g_test_add_func("/dialog/loader/intents", test_intents);
	g_test_add_func("/dialog/loader/cases", test_cases);
	g_test_add_func("/dialog/loader/forms", test_forms);
	g_test_add_func("/dialog/loader/prompts", test_prompts);
	g_test_add_func("/dialog/loader/examples", test_examples);
	g_test_add_func("/dialog/loader/all-at-once", test_all_at_once);
	g_test_add_func("/dialog/loader/many-errors", test_many_errors);
	g_test_add_func("/dialog/loader/comments", test_comments);
	g_test_add_func("/dialog/loader/files", test_files);
	return g_test_run();
}
