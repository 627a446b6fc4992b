/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The driver between a host that writes everything down and a provider that answers what a test says:
 * what is asked, what is reported, who gets in.
 */

#include "../generic-driver.h"

#include "driver-sync.h"
#include "harness.h"

#include <libsoup/soup.h>
#include <offhook/json.h>
#include <string.h>

#define PUBLIC_URL "https://pbx.example.com"
#define KEY        "k-3f9a"

typedef struct {
	SoupServer *provider;
	char *url;
	guint status;     /* of its next answers */
	const char *body; /* (nullable) */
	char *asked;      /* the body of the last request */
	char *path;
	guint requests;

	OffhookFakeCallHost *host;
	OffhookDriver *driver;
	OffhookClock *clock;
} Fixture;

static void
provider_cb(SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query,
	    gpointer user_data)
{
	Fixture *self = user_data;
	SoupMessageBody *body = soup_server_message_get_request_body(msg);
	g_autoptr(GBytes) bytes = soup_message_body_flatten(body);

	self->requests++;
	g_free(self->asked);
	self->asked = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_free(self->path);
	self->path = g_strconcat(soup_server_message_get_method(msg), " ", path, NULL);
	g_assert_cmpstr(soup_message_headers_get_one(soup_server_message_get_request_headers(msg),
						     "Authorization"),
			==, "Bearer " KEY);
	soup_server_message_set_status(msg, self->status, NULL);
	if (self->body != NULL)
		soup_server_message_set_response(msg, "application/json", SOUP_MEMORY_COPY,
						 self->body, strlen(self->body));
}

static void
set_up(Fixture *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	GSList *uris;
	const char *pairs[] = {"api-url",      NULL,           "api-key", KEY,
			       "phone-number", "+15550100002", NULL};

	self->provider = soup_server_new(NULL, NULL);
	soup_server_add_handler(self->provider, NULL, provider_cb, self, NULL);
	soup_server_listen_local(self->provider, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
	g_assert_no_error(error);
	uris = soup_server_get_uris(self->provider);
	self->url = g_uri_to_string(uris->data);
	g_slist_free_full(uris, (GDestroyNotify)g_uri_unref);
	pairs[1] = self->url;
	self->status = 200;
	self->body = "{\"call_id\":\"p-1\"}";
	self->host = offhook_fake_call_host_new(PUBLIC_URL);
	self->driver = offhook_driver_sync_new(OFFHOOK_TYPE_GENERIC_DRIVER, "generic-http",
					       self->host, offhook_generic_settings, pairs);
	self->clock = offhook_clock_new_manual(1000);
	offhook_generic_driver_set_clock(OFFHOOK_GENERIC_DRIVER(self->driver), self->clock);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
	g_assert_finalize_object(self->driver);
	g_assert_finalize_object(self->host);
	g_object_unref(self->clock);
	g_object_unref(self->provider);
	g_free(self->url);
	g_free(self->asked);
	g_free(self->path);
}

/* A member of what the provider was asked last. (transfer full) */
static char *
asked(Fixture *self, const char *name)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) object =
	    offhook_json_parse_object(self->asked, -1, "request", &error);

	g_assert_no_error(error);
	return g_strdup(offhook_json_get_string(object, name));
}

static const char *
place(Fixture *self, GError **error)
{
	OffhookCallRequest request = {.to = "+15550100042"};
	g_autofree char *name = NULL;

	request.call_id = offhook_fake_call_host_add_call(self->host);
	name = offhook_driver_sync_make_call(self->driver, &request, NULL, error);
	return request.call_id;
}

static OffhookWebhookReply *
report(Fixture *self, const char *query, const char *format, ...)
{
	va_list list;
	g_autofree char *body = NULL;
	g_autofree char *url = g_strconcat(PUBLIC_URL "/voice/webhook/generic-http", query, NULL);
	g_autoptr(OffhookWebhook) webhook = NULL;
	g_autoptr(GError) error = NULL;
	OffhookWebhookReply *reply;

	va_start(list, format);
	body = g_strdup_vprintf(format, list);
	va_end(list);
	webhook = offhook_driver_sync_request("POST", url, "", "application/json", body);
	g_hash_table_insert(webhook->headers, g_strdup("authorization"), g_strdup("Bearer " KEY));
	reply = offhook_driver_sync_webhook(self->driver, webhook, NULL, &error);
	g_assert_no_error(error);
	return reply;
}

static void
say(Fixture *self, const char *call, const char *event)
{
	g_autoptr(OffhookWebhookReply) reply =
	    report(self, "", "{\"event_type\":\"%s\",\"call_id\":\"%s\"}", event, call);

	g_assert_cmpuint(reply->status, ==, 200);
}

/* (transfer full) (nullable): a member of a reply */
static char *
reply_get(const OffhookWebhookReply *reply, const char *name)
{
	g_autoptr(JsonObject) object = offhook_json_parse_object(reply->body, -1, "reply", NULL);

	return g_strdup(offhook_json_get_string(object, name));
}

/* What the provider does with a media URL: %NULL when it is not let in. */
static char *
open_stream(Fixture *self, const char *media_url)
{
	g_autofree char *url = g_strconcat("https", media_url + strlen("wss"), NULL);
	g_autoptr(OffhookWebhook) upgrade = offhook_driver_sync_request("GET", url, "", NULL, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWireProtocol) protocol =
	    offhook_driver_create_protocol(self->driver, upgrade, &error);
	g_autoptr(OffhookStreamStart) start = NULL;
	const OffhookAudioFormat format = {OFFHOOK_ENCODING_S16LE, 16000};
	char *call_id;

	if (protocol == NULL) {
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
		return NULL;
	}
	start = offhook_stream_start_new("s", NULL, &format);
	g_hash_table_insert(start->parameters, g_strdup("token"),
			    offhook_webhook_dup_parameter(upgrade, "token"));
	call_id = offhook_driver_claim_stream(self->driver, start, &error);
	if (call_id == NULL)
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
	return call_id;
}

static void
test_outbound(Fixture *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	const char *call_id = place(self, &error);
	OffhookFakeCall *call = offhook_fake_call_host_get(self->host, call_id);
	g_autofree char *to = asked(self, "to");
	g_autofree char *from = asked(self, "from");
	g_autofree char *webhook_url = asked(self, "webhook_url");
	g_autofree char *media_url = asked(self, "media_url");
	g_autofree char *expected =
	    g_strconcat(PUBLIC_URL "/voice/webhook/generic-http?call=", call_id, NULL);
	g_autofree char *claimed = NULL;

	g_assert_no_error(error);
	g_assert_cmpstr(call->provider_call_id, ==, "p-1");
	g_assert_cmpstr(to, ==, "+15550100042");
	g_assert_cmpstr(from, ==, "+15550100002");
	g_assert_cmpstr(webhook_url, ==, expected);
	say(self, "p-1", "ringing");
	say(self, "p-1", "answered");
	g_assert_cmpstr(call->history->str, ==, "ringing in-progress ");
	claimed = open_stream(self, media_url);
	g_assert_cmpstr(claimed, ==, call_id);
	g_assert_null(open_stream(self, media_url));
	g_assert_true(offhook_driver_sync_execute(self->driver, call_id, OFFHOOK_VERB_SEND_DTMF,
						  "12#", NULL, &error));
	g_assert_cmpstr(self->asked, ==,
			"{\"action\":\"send_dtmf\",\"call_id\":\"p-1\",\"digits\":\"12#\"}");
	g_assert_true(offhook_driver_sync_execute(self->driver, call_id, OFFHOOK_VERB_TRANSFER,
						  "+15550100099", NULL, &error));
	g_assert_cmpstr(self->asked, ==,
			"{\"action\":\"transfer\",\"call_id\":\"p-1\",\"to\":\"+15550100099\"}");
	g_assert_true(offhook_driver_sync_execute(self->driver, call_id, OFFHOOK_VERB_HANG_UP, NULL,
						  NULL, &error));
	g_assert_cmpstr(self->asked, ==, "{\"action\":\"hang_up\",\"call_id\":\"p-1\"}");
}

static void
test_fates(Fixture *self, gconstpointer data)
{
	static const struct {
		const char *word;
		OffhookEndReason reason;
	} fates[] = {{"busy", OFFHOOK_END_BUSY},
		     {"no-answer", OFFHOOK_END_NO_ANSWER},
		     {"rejected", OFFHOOK_END_REJECTED},
		     {"failed", OFFHOOK_END_FAILED},
		     {"completed", OFFHOOK_END_COMPLETED}};

	for (guint i = 0; i < G_N_ELEMENTS(fates); i++) {
		g_autofree char *body = g_strdup_printf("{\"id\":\"p-%u\"}", i);
		g_autofree char *id = g_strdup_printf("p-%u", i);
		OffhookFakeCall *call;

		self->body = body;
		call = offhook_fake_call_host_get(self->host, place(self, NULL));
		say(self, id, fates[i].word);
		say(self, id, "ringing");
		g_assert_cmpint(call->state, ==, OFFHOOK_CALL_ENDED);
		g_assert_cmpint(call->reason, ==, fates[i].reason);
	}
}

/* A provider that gives its calls no names goes by ours. */
static void
test_our_names(Fixture *self, gconstpointer data)
{
	const char *call_id;
	OffhookFakeCall *call;

	self->body = NULL;
	self->status = 204;
	call_id = place(self, NULL);
	call = offhook_fake_call_host_get(self->host, call_id);
	g_assert_cmpstr(call->provider_call_id, ==, call_id);
	say(self, call_id, "busy");
	g_assert_cmpint(call->reason, ==, OFFHOOK_END_BUSY);
}

static void
test_refusals(Fixture *self, gconstpointer data)
{
	static const struct {
		guint status;
		OffhookError code;
	} cases[] = {{400, OFFHOOK_ERROR_PROVIDER},     {401, OFFHOOK_ERROR_AUTHENTICATION},
		     {403, OFFHOOK_ERROR_PERMISSION},   {404, OFFHOOK_ERROR_NOT_FOUND},
		     {429, OFFHOOK_ERROR_RATE_LIMITED}, {500, OFFHOOK_ERROR_PROVIDER},
		     {503, OFFHOOK_ERROR_BUSY},         {302, OFFHOOK_ERROR_PROVIDER}};

	self->body = "{\"error\":{\"message\":\"not today\"}}";
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		guint before = self->requests;

		self->status = cases[i].status;
		place(self, &error);
		g_assert_error(error, OFFHOOK_ERROR, (int)cases[i].code);
		g_assert_nonnull(strstr(error->message, "not today"));
		/* Asked again is only what certainly was not done. */
		if (cases[i].status != 429)
			g_assert_cmpuint(self->requests, ==, before + 1);
	}
}

/* Nobody knows whether a 500 rang a phone. When the call turns up, it is ended. */
static void
test_unknown_outcome(Fixture *self, gconstpointer data)
{
	g_autofree char *query = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebhookReply) reply = NULL;
	const guint *requests = &self->requests;
	guint before;

	self->status = 500;
	query = g_strconcat("?call=", place(self, &error), NULL);
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
	self->status = 200;
	before = *requests;
	reply = report(self, query, "{\"event_type\":\"ringing\",\"call_id\":\"p-7\"}");
	while (*requests == before)
		g_main_context_iteration(NULL, TRUE);
	g_assert_cmpstr(self->asked, ==, "{\"action\":\"hang_up\",\"call_id\":\"p-7\"}");
	while (g_main_context_iteration(NULL, FALSE))
		;
}

static void
test_inbound(Fixture *self, gconstpointer data)
{
	const char *text = "{\"event_type\":\"inbound\",\"call_id\":\"in-1\","
			   "\"data\":{\"from\":\"+15550100001\",\"to\":\"+15550100002\"}}";
	g_autoptr(OffhookWebhookReply) first = report(self, "", "%s", text);
	g_autoptr(OffhookWebhookReply) second = report(self, "", "%s", text);
	g_autofree char *old = reply_get(first, "media_url");
	g_autofree char *media_url = reply_get(second, "media_url");
	g_autofree char *claimed = NULL;
	g_autoptr(OffhookWebhookReply) third = NULL;
	g_autoptr(OffhookWebhookReply) fourth = NULL;
	OffhookFakeCall *call = offhook_fake_call_host_get_nth(self->host, 0);

	g_assert_cmpuint(offhook_fake_call_host_count(self->host), ==, 1);
	g_assert_cmpstr(call->from, ==, "+15550100001");
	g_assert_null(open_stream(self, old));
	claimed = open_stream(self, media_url);
	g_assert_cmpstr(claimed, ==, call->call_id);
	third = report(self, "", "%s", text);
	g_assert_cmpstr(third->body, ==, "{\"success\":true}");
	g_assert_true(offhook_driver_sync_execute(self->driver, claimed, OFFHOOK_VERB_HANG_UP, NULL,
						  NULL, NULL));
	fourth = report(self, "", "%s", text);
	g_assert_cmpstr(fourth->body, ==, "{\"success\":false,\"reason\":\"ended\"}");
	g_assert_cmpuint(offhook_fake_call_host_count(self->host), ==, 1);
}

static void
test_late_stream(Fixture *self, gconstpointer data)
{
	g_autofree char *media_url = NULL;

	place(self, NULL);
	media_url = asked(self, "media_url");
	offhook_clock_advance(self->clock,
			      OFFHOOK_STREAM_TOKEN_LIFETIME_S * (gint64)G_USEC_PER_SEC);
	g_assert_null(open_stream(self, media_url));
}

static void
test_rejected(Fixture *self, gconstpointer data)
{
	static const struct {
		OffhookError code;
		const char *body;
	} cases[] = {{OFFHOOK_ERROR_BUSY, "{\"success\":false,\"reason\":\"busy\"}"},
		     {OFFHOOK_ERROR_UNAVAILABLE, "{\"success\":false,\"reason\":\"unavailable\"}"}};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(OffhookWebhookReply) reply = NULL;

		offhook_fake_call_host_refuse(self->host, cases[i].code);
		reply = report(self, "", "{\"event_type\":\"inbound\",\"call_id\":\"x\"}");
		g_assert_cmpuint(reply->status, ==, 200);
		g_assert_cmpstr(reply->body, ==, cases[i].body);
	}
}

static void
test_messages(Fixture *self, gconstpointer data)
{
	OffhookTextMessage message = {.message_id = "m", .to = "+15550100042", .text = "\"hi\"\n"};
	g_autoptr(GError) error = NULL;
	g_autofree char *name = NULL;
	g_autofree char *text = NULL;

	self->body = "{\"data\":{\"message_id\":\"sm-1\"}}";
	name = offhook_driver_sync_send_message(self->driver, &message, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(name, ==, "sm-1");
	text = asked(self, "text");
	g_assert_cmpstr(text, ==, "\"hi\"\n");
}

static void
test_message_reports(Fixture *self, gconstpointer data)
{
	g_autoptr(OffhookWebhookReply) in =
	    report(self, "",
		   "{\"event_type\":\"sms\",\"data\":{\"message_id\":\"1\",\"from\":"
		   "\"+15550100001\",\"to\":\"+15550100002\",\"text\":\"hello\"}}");
	g_autoptr(OffhookWebhookReply) good =
	    report(self, "", "{\"event_type\":\"delivered\",\"data\":{\"message_id\":\"sm-1\"}}");
	g_autoptr(OffhookWebhookReply) bad =
	    report(self, "",
		   "{\"event_type\":\"undelivered\",\"data\":{\"message_id\":\"sm-2\","
		   "\"error\":\"no such number\"}}");
	g_autoptr(OffhookWebhookReply) empty =
	    report(self, "", "{\"event_type\":\"sms\",\"data\":{\"message_id\":\"1\"}}");

	g_assert_cmpstr(offhook_fake_call_host_get_messages(self->host), ==,
			"received +15550100001 +15550100002: hello\ndelivered sm-1\n"
			"undelivered sm-2 (no such number)\n");
	g_assert_cmpuint(empty->status, ==, 400);
}

static void
test_check(Fixture *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDriverCheck) good = offhook_driver_sync_check(self->driver, &error);
	g_autoptr(OffhookDriverCheck) bad = NULL;

	g_assert_no_error(error);
	g_assert_true(good->authentication && good->api_access && good->webhook_url);
	self->status = 401;
	bad = offhook_driver_sync_check(self->driver, &error);
	g_assert_no_error(error);
	g_assert_false(bad->authentication || bad->api_access);
	g_assert_nonnull(bad->message);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/generic-driver/" name, Fixture, NULL, set_up, func, tear_down)
	ADD("outbound", test_outbound);
	ADD("fates", test_fates);
	ADD("our-names", test_our_names);
	ADD("refusals", test_refusals);
	ADD("unknown-outcome", test_unknown_outcome);
	ADD("inbound", test_inbound);
	ADD("late-stream", test_late_stream);
	ADD("rejected", test_rejected);
	ADD("messages", test_messages);
	ADD("message-reports", test_message_reports);
	ADD("check", test_check);
#undef ADD
	return g_test_run();
}
