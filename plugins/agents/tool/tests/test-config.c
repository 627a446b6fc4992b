/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a section may say of a tool, and what is wrong with what. */

#include "harness.h"

#include <offhook/error.h>

#include "../tool-agent.h"

#define BASE "description=d", "url=https://api.example.com/x"

static OffhookToolConfig *
read_config(const char *const *pairs, GError **error)
{
	g_autoptr(GHashTable) values =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(OffhookSettings) settings = NULL;

	for (; *pairs != NULL; pairs++) {
		const char *equals = strchr(*pairs, '=');

		g_hash_table_insert(values, g_strndup(*pairs, (gsize)(equals - *pairs)),
				    g_strdup(equals + 1));
	}
	settings = offhook_settings_new(offhook_tool_settings, values, "tool:x", error);
	return settings != NULL ? offhook_tool_config_new(settings, error) : NULL;
}

static void
test_defaults(void)
{
	static const char *const pairs[] = {BASE, NULL};
	static const char *const read_only[] = {BASE, "read-only=true", NULL};
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookToolConfig) config = read_config(pairs, &error);
	g_autoptr(OffhookToolConfig) reading = NULL;

	g_assert_no_error(error);
	g_assert_cmpstr(config->method, ==, "POST");
	g_assert_cmpstr(config->content_type, ==, "application/json");
	g_assert_null(config->body);
	g_assert_false(config->allow_private);
	g_assert_cmpint(config->flags, ==, OFFHOOK_TOOL_NONE);
	reading = read_config(read_only, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(reading->method, ==, "GET");
	g_assert_null(reading->content_type);
	g_assert_cmpint(reading->flags, ==, OFFHOOK_TOOL_READ_ONLY);
}

static void
test_good(void)
{
	static const char *const good[][6] = {
	    {BASE, "parameters=a;b?", "headers=X-Key: {secret} | Accept: */*", "secret=s"},
	    {"description=d", "url=https://{shop}.example.com/{a}", "parameters=shop;a",
	     "allowed-hosts=*.example.com, other.org"},
	    {BASE, "parameters=a;n:integer", "body={\"a\":\"{a}\",\"n\":{n},\"who\":{caller}}"},
	    {BASE, "body=a={my_variable}", "content-type=application/x-www-form-urlencoded"},
	    {"description=d", "url=http://127.0.0.1:8080/x", "allow-private=true"},
	    {"description=d", "url=http://93.184.215.14/x"},
	    {BASE, "result=$.slots[*].time"},
	    {BASE, "result=Table {table.name} at {slots[0].time}"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookToolConfig) config = read_config(good[i], &error);

		g_assert_no_error(error);
		g_assert_nonnull(config);
	}
}

static void
test_bad(void)
{
	static const char *const bad[][6] = {
	    {"url=https://a.example"},
	    {"description=d"},
	    {"description=d", "url=ftp://a.example/"},
	    {"description=d", "url=/x"},
	    {"description=d", "url=https://user:pw@a.example/"},
	    {"description=d", "url=https://a.example/#x"},
	    {"description=d", "url=https://{shop}.example.com/", "parameters=shop"},
	    {"description=d", "url=https://a.example/{Unknown}"},
	    {"description=d", "url=http://127.0.0.1:8080/x"},
	    {"description=d", "url=http://[fd00::1]/x"},
	    {"description=d", "url=http://{host}/x", "allowed-hosts=a.example, 10.1.2.3"},
	    {BASE, "parameters=a:thing"},
	    {BASE, "parameters={\"type\":\"string\"}"},
	    {BASE, "parameters={\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"x\"}}}"},
	    {BASE, "parameters={\"type\":\"object\",\"$ref\":\"https://example.com/\"}"},
	    {BASE, "parameters=caller"},
	    {BASE, "parameters=secret?"},
	    {BASE, "parameters=a", "parameters-file=/nonexistent"},
	    {BASE, "parameters-file=/nonexistent"},
	    {BASE, "parameters-file=/dev/zero"},
	    {BASE, "headers=no colon"},
	    {BASE, "headers=: value"},
	    {BASE, "headers={a}: value", "parameters=a"},
	    {BASE, "headers=X: {secret}"},
	    {BASE, "body={\"a\":{a}", "parameters=a"},
	    {BASE, "content-type=text/plain"},
	    {BASE, "content-type=plain"},
	    {BASE, "result=$.["},
	    {BASE, "result=x {a[}", NULL},
	    {BASE, "confirm=true", "read-only=true"},
	    {BASE, "allowed-hosts=a b"},
	    {BASE, "timeout-ms=1"},
	    {BASE, "method=TRACE"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%u %s", i, bad[i][2] != NULL ? bad[i][2] : bad[i][0]);
		g_assert_null(read_config(bad[i], &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	}
}

static void
test_file(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, "parameters.json", NULL);
	g_autofree char *pair = g_strconcat("parameters-file=", path, NULL);
	const char *pairs[] = {BASE, pair, NULL};
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookToolConfig) config = NULL;

	g_assert_true(g_file_set_contents(
	    path, "\n{\"type\":\"object\",\"properties\":{\"day\":{\"format\":\"date\"}}}\n", -1,
	    NULL));
	config = read_config(pairs, &error);
	harness_remove_dir(dir);
	g_assert_no_error(error);
	g_assert_true(offhook_tool_config_has_parameter(config, "day"));
}

static void
configure(OffhookAgent *agent, gboolean named)
{
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(OffhookSettings) settings = NULL;
	g_autoptr(GError) error = NULL;

	if (named) {
		g_hash_table_insert(values, (gpointer) "description", (gpointer) "d");
		g_hash_table_insert(values, (gpointer) "url", (gpointer) "https://example.com/");
	}
	settings = offhook_settings_new(offhook_tool_settings, values, "tool:x", &error);
	g_assert_no_error(error);
	g_assert_true(offhook_agent_configure(agent, settings, &error));
}

/* An assistant has nothing to say about it, and without a section it does nothing. */
static void
test_agent(void)
{
	g_autoptr(OffhookAgent) agent = g_object_new(OFFHOOK_TYPE_TOOL_AGENT, NULL);
	g_autoptr(GHashTable) table = g_hash_table_new(g_str_hash, g_str_equal);
	const OffhookAgentOptions none = {.assistant = "a", .name = "x", .language = "en"};
	const OffhookAgentOptions own = {
	    .assistant = "a", .name = "x", .language = "en", .options = table};
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(offhook_agent_get_features(agent), ==, OFFHOOK_AGENT_TOOLS);
	g_assert_null(offhook_agent_open_session(agent, &none, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	g_clear_error(&error);
	g_assert_false(offhook_agent_check_options(agent, &none, NULL));
	configure(agent, TRUE);
	g_assert_true(offhook_agent_check_options(agent, &own, NULL));
	g_hash_table_insert(table, (gpointer) "url", (gpointer) "https://example.com/");
	g_assert_false(offhook_agent_check_options(agent, &own, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	/* The plugin itself is there for the sections that are made of it. */
	configure(agent, FALSE);
	g_assert_false(offhook_agent_check_options(agent, &none, NULL));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/config/defaults", test_defaults);
	g_test_add_func("/config/good", test_good);
	g_test_add_func("/config/bad", test_bad);
	g_test_add_func("/config/file", test_file);
	g_test_add_func("/config/agent", test_agent);
	return g_test_run();
}
