/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Tokens let one stream in, once, in time.
 */

#include <offhook/clock.h>
#include <offhook/error.h>
#include <offhook/stream-tokens.h>
#include <string.h>

typedef struct {
	OffhookClock *clock;
	OffhookStreamTokens *tokens;
} Fixture;

static void
set_up(Fixture *self, gconstpointer data)
{
	self->clock = offhook_clock_new_manual(1000);
	self->tokens = offhook_stream_tokens_new(self->clock, 120, 3);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
	offhook_stream_tokens_free(self->tokens);
	g_object_unref(self->clock);
}

static char *
issue(Fixture *self, const char *call_id)
{
	g_autoptr(GError) error = NULL;
	char *token = offhook_stream_tokens_issue(self->tokens, call_id, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(strlen(token), ==, 32);
	g_assert_cmpuint(strspn(token, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_"), ==, 32);
	return token;
}

static void
assert_void(Fixture *self, const char *token)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_stream_tokens_redeem(self->tokens, token, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
	g_assert_null(offhook_stream_tokens_peek(self->tokens, token));
}

static void
test_once(Fixture *self, gconstpointer data)
{
	g_autofree char *token = issue(self, "call-1");
	g_autofree char *other = issue(self, "call-2");
	g_autofree char *call_id = NULL;

	g_assert_cmpstr(token, !=, other);
	g_assert_cmpstr(offhook_stream_tokens_peek(self->tokens, token), ==, "call-1");
	call_id = offhook_stream_tokens_redeem(self->tokens, token, NULL);
	g_assert_cmpstr(call_id, ==, "call-1");
	assert_void(self, token);
	g_assert_cmpstr(offhook_stream_tokens_peek(self->tokens, other), ==, "call-2");
}

static void
test_strangers(Fixture *self, gconstpointer data)
{
	g_autofree char *token = issue(self, "call-1");
	g_autofree char *longer = g_strconcat(token, "A", NULL);

	assert_void(self, NULL);
	assert_void(self, "");
	assert_void(self, "call-1");
	assert_void(self, longer);
	token[31] = token[31] == 'A' ? 'B' : 'A';
	assert_void(self, token);
}

static void
test_in_time(Fixture *self, gconstpointer data)
{
	g_autofree char *token = issue(self, "call-1");

	offhook_clock_advance(self->clock, 120 * G_USEC_PER_SEC - 1);
	g_assert_nonnull(offhook_stream_tokens_peek(self->tokens, token));
	offhook_clock_advance(self->clock, 1);
	assert_void(self, token);
}

static void
test_void(Fixture *self, gconstpointer data)
{
	g_autofree char *first = issue(self, "call-1");
	g_autofree char *second = issue(self, "call-1");
	g_autofree char *third = issue(self, "call-3");

	assert_void(self, first);
	offhook_stream_tokens_revoke(self->tokens, "call-1");
	assert_void(self, second);
	g_assert_nonnull(offhook_stream_tokens_peek(self->tokens, third));
}

static void
test_limit(Fixture *self, gconstpointer data)
{
	g_autofree char *first = issue(self, "call-1");

	for (guint i = 2; i < 5; i++) {
		g_autofree char *call_id = g_strdup_printf("call-%u", i);
		g_autofree char *token = issue(self, call_id);

		g_assert_nonnull(offhook_stream_tokens_peek(self->tokens, token));
	}
	assert_void(self, first);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/stream-tokens/" name, Fixture, NULL, set_up, func, tear_down)
	ADD("once", test_once);
	ADD("strangers", test_strangers);
	ADD("in-time", test_in_time);
	ADD("void", test_void);
	ADD("limit", test_limit);
#undef ADD
	return g_test_run();
}
