/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A driver of which only its file and a few words are known, as the driver contract wants it described.
 * Main thread.
 */

#include "kit-suites.h"

#include "driver-contract.h"

#include <string.h>

#define PUBLIC_URL "https://pbx.example.com"

/* The contract's functions have no data of their own, and there is one plugin in a process. */
static struct {
	KitCase *kase;
	char *name;
	OffhookDriverContract contract;
	char *last_reply; /* (nullable): to the last webhook that announced a call */
} kit;

/* (transfer full): the webhook that [incoming] describes */
static OffhookWebhook *
kit_driver_make_incoming(void)
{
	g_autofree char *raw = kit_case_dup(kit.kase, "incoming", "body");
	g_autofree char *body = kit_case_number(kit.kase, raw != NULL ? raw : "");
	g_autofree char *path = kit_case_dup(kit.kase, "incoming", "path");
	g_autofree char *type = kit_case_dup(kit.kase, "incoming", "content-type");
	g_autofree char *header = kit_case_dup(kit.kase, "incoming", "header");
	g_autofree char *signature = kit_case_dup(kit.kase, "incoming", "signature");
	g_autofree char *key = kit_case_dup(kit.kase, "incoming", "key");
	g_autofree char *url =
	    g_strconcat(PUBLIC_URL "/voice/webhook/", kit.name, path != NULL ? path : "", NULL);
	OffhookWebhook *webhook = offhook_driver_sync_request(
	    "POST", url, path != NULL ? path : "", type != NULL ? type : "application/json", body);

	if (header != NULL && strchr(header, ':') != NULL) {
		g_auto(GStrv) parts = g_strsplit(header, ":", 2);

		g_hash_table_insert(webhook->headers, g_ascii_strdown(parts[0], -1),
				    g_strdup(g_strstrip(parts[1])));
	}
	if (signature != NULL && key != NULL)
		g_hash_table_insert(webhook->headers, g_ascii_strdown(signature, -1),
				    g_compute_hmac_for_string(G_CHECKSUM_SHA256,
							      (const guint8 *)key, strlen(key),
							      body, -1));
	return webhook;
}

static char *
kit_driver_begin_incoming(OffhookDriver *driver, OffhookFakeCallHost *host)
{
	g_autoptr(OffhookWebhook) webhook = kit_driver_make_incoming();
	guint count = offhook_fake_call_host_count(host);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebhookReply) reply =
	    offhook_driver_sync_webhook(driver, webhook, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(reply->status / 100, ==, 2);
	g_free(kit.last_reply);
	kit.last_reply = g_strdup(reply->body);
	g_assert_cmpuint(offhook_fake_call_host_count(host), ==, count + 1);
	return g_strdup(offhook_fake_call_host_get_nth(host, count)->call_id);
}

/* Whoever says nothing of the plugin does not say either that a call can be placed. */
static char *
kit_driver_begin_call(OffhookDriver *driver, OffhookFakeCallHost *host, guint n)
{
	OffhookCallRequest request = {.to = "+15550100042"};
	g_autofree char *provider_id = NULL;
	g_autoptr(GError) error = NULL;

	if (kit_case_has(kit.kase, "incoming"))
		return kit_driver_begin_incoming(driver, host);
	if (!offhook_driver_get_capabilities(driver)->outbound)
		return NULL;
	request.call_id = offhook_fake_call_host_add_call(host);
	provider_id = offhook_driver_sync_make_call(driver, &request, NULL, &error);
	if (provider_id == NULL && !kit_case_is_given(kit.kase))
		return NULL;
	g_assert_no_error(error);
	g_assert_nonnull(provider_id);
	return g_strdup(request.call_id);
}

/* (transfer full) (nullable): the media URL in what was last said of a call, whatever it is written in */
static char *
kit_driver_find_url(void)
{
	g_autofree char *asked = offhook_fake_provider_dup_request(kit_case_get_provider(kit.kase));
	const char *text = kit_case_has(kit.kase, "incoming") ? kit.last_reply : asked;
	const char *start = text != NULL ? strstr(text, "wss://") : NULL;
	g_autoptr(GString) url = NULL;

	if (start == NULL)
		return NULL;
	url = g_string_new_len(start, strcspn(start, "\"'<> \\\r\n"));
	g_string_replace(url, "&amp;", "&", 0);
	g_string_replace(url, "wss://", "https://", 1);
	return g_string_free(g_steal_pointer(&url), FALSE);
}

static OffhookWebhook *
kit_driver_make_upgrade(OffhookDriver *driver, OffhookFakeCallHost *host)
{
	g_autofree char *how = kit_case_dup(kit.kase, "stream", "upgrade");
	g_autofree char *call_id = NULL;
	g_autofree char *url = NULL;
	g_autoptr(OffhookWebhook) bare =
	    offhook_driver_sync_request("GET", PUBLIC_URL "/media/x", "", NULL, NULL);
	g_autoptr(OffhookWireProtocol) protocol = NULL;
	g_autoptr(GError) error = NULL;

	if (g_strcmp0(how, "url") == 0) {
		call_id = kit_driver_begin_call(driver, host, 1);
		url = kit_driver_find_url();
		g_assert_nonnull(url);
		return offhook_driver_sync_request("GET", url, "", NULL, NULL);
	}
	protocol = offhook_driver_create_protocol(driver, bare, &error);
	/* Turned away at the door: what is let in is not known. */
	if (protocol == NULL && !g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND))
		return NULL;
	return g_steal_pointer(&bare);
}

/* (transfer full): @pairs, with those of @others in their place or behind them */
static char **
kit_driver_override(char **pairs, char **others)
{
	GPtrArray *all = g_ptr_array_new();

	for (guint i = 0; pairs[i] != NULL; i += 2) {
		gboolean replaced = FALSE;

		for (guint k = 0; others[k] != NULL; k += 2)
			replaced |= g_str_equal(others[k], pairs[i]);
		if (replaced)
			continue;
		g_ptr_array_add(all, g_strdup(pairs[i]));
		g_ptr_array_add(all, g_strdup(pairs[i + 1]));
	}
	for (guint k = 0; others[k] != NULL; k++)
		g_ptr_array_add(all, g_strdup(others[k]));
	g_ptr_array_add(all, NULL);
	return (char **)g_ptr_array_free(all, FALSE);
}

/* (transfer full) (nullable): what is said to be refused, and a number that no driver may take */
static const char *const *const *
kit_driver_make_bad(const OffhookSetting *settings, char **good)
{
	static const char *const number[] = {"phone-number", "5550100", NULL};
	g_autoptr(GPtrArray) refused = kit_case_list_refused(kit.kase);
	GPtrArray *bad = g_ptr_array_new();

	for (guint i = 0; i < refused->len; i++)
		g_ptr_array_add(bad, kit_driver_override(good, g_ptr_array_index(refused, i)));
	for (const OffhookSetting *s = settings; s->name != NULL; s++)
		if (g_str_equal(s->name, number[0]))
			g_ptr_array_add(bad, kit_driver_override(good, (char **)number));
	g_ptr_array_add(bad, NULL);
	if (bad->len > 1)
		return (const char *const *const *)g_ptr_array_free(bad, FALSE);
	g_ptr_array_unref(bad);
	return NULL;
}

void
kit_driver_add_tests(const OffhookPluginInfo *info, KitCase *kase)
{
	static const OffhookSetting none[] = {{NULL}};
	char **good = kit_case_dup_pairs(kase, "settings");

	kit.kase = kase;
	kit.name = g_strdup(info->name);
	kit.contract = (OffhookDriverContract){
	    .name = kit.name,
	    .get_type = info->get_type,
	    .settings = info->settings != NULL ? info->settings : none,
	    .good = (const char *const *)good,
	    .begin_call = kit_driver_begin_call,
	    .make_upgrade = kit_driver_make_upgrade,
	};
	kit.contract.bad = kit_driver_make_bad(kit.contract.settings, good);
	offhook_driver_contract_add_tests(&kit.contract);
}
