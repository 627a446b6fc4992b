/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Templates: what is put in, escaped for its place, and what is refused.
 */

#include "../template.h"

#include <json-glib/json-glib.h>
#include <offhook/error.h>

static const char *const names[] = {"to", "text", "api_url", NULL};

static char *
render(const char *text, OffhookGenericEscape escape, const char *value)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookGenericTemplate) template =
	    offhook_generic_template_new(text, escape, names, "api_url", &error);
	const OffhookGenericValue values[] = {
	    {"to", "+15550100042"}, {"text", value}, {"api_url", "https://a.test/v1?x"}, {NULL}};

	g_assert_no_error(error);
	return offhook_generic_template_render(template, values);
}

static void
test_places(void)
{
	static const struct {
		OffhookGenericEscape escape;
		const char *text;
		const char *value;
		const char *result;
	} cases[] = {
	    {OFFHOOK_GENERIC_PLAIN, "", NULL, ""},
	    {OFFHOOK_GENERIC_PLAIN, "no names", NULL, "no names"},
	    {OFFHOOK_GENERIC_PLAIN, "{{text}}{{ to }}", "a&b", "a&b+15550100042"},
	    {OFFHOOK_GENERIC_PLAIN, "{ {text}} {{text}}", NULL, "{ {text}} "},
	    {OFFHOOK_GENERIC_JSON, "{\"a\":\"{{text}}\"}", "\"\\\n\x7f",
	     "{\"a\":\"\\\"\\\\\\u000a\\u007f\"}"},
	    {OFFHOOK_GENERIC_FORM, "To={{to}}&x={{text}}", "a b&=\xc3\xa4/",
	     "To=%2B15550100042&x=a%20b%26%3D%C3%A4%2F"},
	    {OFFHOOK_GENERIC_FORM, "{{api_url}}/calls/{{text}}", "../x",
	     "https://a.test/v1?x/calls/..%2Fx"},
	    {OFFHOOK_GENERIC_XML, "<a>{{text}}</a>", "<\"&'>", "<a>&lt;&quot;&amp;&apos;&gt;</a>"},
	    {OFFHOOK_GENERIC_HEADER, "{{text}}", "a\r\nX-B: c", "a  X-B: c"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *result = render(cases[i].text, cases[i].escape, cases[i].value);

		g_assert_cmpstr(result, ==, cases[i].result);
	}
}

/* Whatever is put into a JSON string comes out of a parser as it was. */
static void
test_json_is_kept(void)
{
	for (guint c = 1; c < 0x800; c++) {
		char value[8] = {0};
		g_autofree char *result = NULL;
		g_autoptr(JsonNode) root = NULL;
		g_autoptr(GError) error = NULL;

		g_unichar_to_utf8(c, value);
		result = render("{\"a\":\"{{text}}\"}", OFFHOOK_GENERIC_JSON, value);
		root = json_from_string(result, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(json_object_get_string_member(json_node_get_object(root), "a"), ==,
				value);
	}
}

static void
test_refused(void)
{
	static const char *const wrong[] = {"{{nobody}}", "{{}}",     "{{to",
					    "{{to}",      "{{to}}{{", "{{{to}}}"};

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_generic_template_new(wrong[i], OFFHOOK_GENERIC_PLAIN, names,
							   NULL, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	}
}

static void
test_uses(void)
{
	g_autoptr(OffhookGenericTemplate) template =
	    offhook_generic_template_new("to {{to}}", OFFHOOK_GENERIC_PLAIN, names, NULL, NULL);

	g_assert_true(offhook_generic_template_uses(template, "to"));
	g_assert_false(offhook_generic_template_uses(template, "text"));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/template/places", test_places);
	g_test_add_func("/template/json-is-kept", test_json_is_kept);
	g_test_add_func("/template/refused", test_refused);
	g_test_add_func("/template/uses", test_uses);
	return g_test_run();
}
