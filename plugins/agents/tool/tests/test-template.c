/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Templates: whatever a value is, it stays one. */

#include <offhook/error.h>

#include "../tool-template.h"

static const char values[] =
    "{\"plain\":\"Ada\",\"odd\":\"a/b?c&d=e#f g\\u00e4%\",\"quote\":\"a\\\"b\\\\c\\nd\",\"lines\":"
    "\"a\\r\\nX: 1\",\"up\":\"..\",\"empty\":\"\",\"n\":4,\"half\":0.5,\"yes\":true,\"none\":null,"
    "\"list\":[1,\"x\"],\"markup\":\"<a b='c'>&\"}";

static JsonNode *
get_value_cb(const char *name, gpointer user_data)
{
	JsonNode *node = json_object_get_member(json_node_get_object(user_data), name);

	return node != NULL ? json_node_copy(node) : json_node_init_null(json_node_alloc());
}

static char *
expand(OffhookToolPlace place, const char *text, GError **error)
{
	g_autoptr(OffhookToolTemplate) template = offhook_tool_template_new(text, place);
	g_autoptr(JsonNode) object = json_from_string(values, NULL);

	return offhook_tool_template_expand(template, get_value_cb, object, error);
}

static void
test_places(void)
{
	static const struct {
		OffhookToolPlace place;
		const char *text;
		const char *expected;
	} cases[] = {
	    {OFFHOOK_TOOL_PLACE_TEXT, "", ""},
	    {OFFHOOK_TOOL_PLACE_TEXT, "{plain} {n} {half} {yes} {none}|{nothing}",
	     "Ada 4 0.5 true |"},
	    {OFFHOOK_TOOL_PLACE_TEXT, "{list}", "[1,\"x\"]"},
	    {OFFHOOK_TOOL_PLACE_TEXT, "{ plain} {} {9} {{plain}} {plain",
	     "{ plain} {} {9} {Ada} {plain"},
	    {OFFHOOK_TOOL_PLACE_URL, "https://h/{odd}?q={odd}&e={empty}",
	     "https://h/"
	     "a%2Fb%3Fc%26d%3De%23f%20g%C3%A4%25?q=a%2Fb%3Fc%26d%3De%23f%20g%C3%A4%25&e="},
	    {OFFHOOK_TOOL_PLACE_URL, "https://h/?up={up}", "https://h/?up=.."},
	    {OFFHOOK_TOOL_PLACE_HEADER, "X: {odd}", "X: a/b?c&d=e#f g\xc3\xa4%"},
	    {OFFHOOK_TOOL_PLACE_JSON, "{\"a\":{plain},\"n\":{n},\"x\":{nothing},\"l\":{list}}",
	     "{\"a\":\"Ada\",\"n\":4,\"x\":null,\"l\":[1,\"x\"]}"},
	    {OFFHOOK_TOOL_PLACE_JSON, "{\"a\\\"\":\"Dear {quote}, {n}{nothing}\"}",
	     "{\"a\\\"\":\"Dear a\\\"b\\\\c\\nd, 4\"}"},
	    {OFFHOOK_TOOL_PLACE_FORM, "a={odd}&b={n}", "a=a%2Fb%3Fc%26d%3De%23f%20g%C3%A4%25&b=4"},
	    {OFFHOOK_TOOL_PLACE_XML, "<x>{markup}</x>", "<x>&lt;a b=&apos;c&apos;&gt;&amp;</x>"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *text = expand(cases[i].place, cases[i].text, &error);

		g_assert_no_error(error);
		g_assert_cmpstr(text, ==, cases[i].expected);
	}
}

static void
test_refused(void)
{
	static const struct {
		OffhookToolPlace place;
		const char *text;
	} cases[] = {
	    {OFFHOOK_TOOL_PLACE_URL, "https://h/orders/{empty}"},
	    {OFFHOOK_TOOL_PLACE_URL, "https://h/orders/{nothing}/x"},
	    {OFFHOOK_TOOL_PLACE_URL, "https://h/{up}/admin"},
	    {OFFHOOK_TOOL_PLACE_HEADER, "X: {lines}"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(expand(cases[i].place, cases[i].text, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/template/places", test_places);
	g_test_add_func("/template/refused", test_refused);
	return g_test_run();
}
