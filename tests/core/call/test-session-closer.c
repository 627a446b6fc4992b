/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sessions of a conversation that is over: one after the other, each to its end. */

#include "call/assistant/session-closer.h"

#include "harness.h"

typedef enum {
	TEST_AT_ONCE,
	TEST_LATER,
	TEST_NEVER,
} TestBehaviour;

#define TEST_TYPE_SESSION (test_session_get_type())
G_DECLARE_FINAL_TYPE(TestSession, test_session, TEST, SESSION, OffhookAgentSession)

struct _TestSession {
	OffhookAgentSession parent_instance;

	TestBehaviour behaviour;
	char name;
	GString *log;
	guint source;
};

G_DEFINE_FINAL_TYPE(TestSession, test_session, OFFHOOK_TYPE_AGENT_SESSION)

static gboolean
test_session_close_cb(gpointer user_data)
{
	TestSession *self = user_data;

	self->source = 0;
	g_string_append_c(self->log, g_ascii_toupper(self->name));
	offhook_agent_session_emit_closed(OFFHOOK_AGENT_SESSION(self));
	return G_SOURCE_REMOVE;
}

static void
test_session_close(OffhookAgentSession *session)
{
	TestSession *self = TEST_SESSION(session);

	g_string_append_c(self->log, self->name);
	if (self->behaviour == TEST_AT_ONCE)
		test_session_close_cb(self);
	else if (self->behaviour == TEST_LATER)
		self->source = g_timeout_add(5, test_session_close_cb, self);
}

static void
test_session_dispose(GObject *object)
{
	g_clear_handle_id(&TEST_SESSION(object)->source, g_source_remove);
	G_OBJECT_CLASS(test_session_parent_class)->dispose(object);
}

static void
test_session_init(TestSession *self)
{
}

static void
test_session_class_init(TestSessionClass *klass)
{
	OFFHOOK_AGENT_SESSION_CLASS(klass)->close = test_session_close;
	G_OBJECT_CLASS(klass)->dispose = test_session_dispose;
}

/* Sessions without a `close` of their own. */
#define TEST_TYPE_PLAIN (test_plain_get_type())
G_DECLARE_FINAL_TYPE(TestPlain, test_plain, TEST, PLAIN, OffhookAgentSession)

struct _TestPlain {
	OffhookAgentSession parent_instance;
};

G_DEFINE_FINAL_TYPE(TestPlain, test_plain, OFFHOOK_TYPE_AGENT_SESSION)

static void
test_plain_init(TestPlain *self)
{
}

static void
test_plain_class_init(TestPlainClass *klass)
{
}

typedef struct {
	OffhookSessionCloser *closer;
	GPtrArray *sessions;
	GString *log;
	gboolean done;
} Fixture;

static void
fixture_done_cb(gpointer user_data)
{
	Fixture *fixture = user_data;

	g_assert_false(fixture->done);
	fixture->done = TRUE;
}

static void
fixture_set_up(Fixture *fixture, gconstpointer data)
{
	fixture->closer = offhook_session_closer_new(fixture_done_cb, fixture);
	fixture->sessions = g_ptr_array_new_with_free_func(g_object_unref);
	fixture->log = g_string_new(NULL);
}

static void
fixture_tear_down(Fixture *fixture, gconstpointer data)
{
	offhook_session_closer_free(fixture->closer);
	g_ptr_array_unref(fixture->sessions);
	g_string_free(fixture->log, TRUE);
}

static void
fixture_add(Fixture *fixture, TestBehaviour behaviour, char name)
{
	TestSession *session = g_object_new(TEST_TYPE_SESSION, NULL);

	session->behaviour = behaviour;
	session->name = name;
	session->log = fixture->log;
	g_ptr_array_add(fixture->sessions, session);
}

static void
test_in_order(Fixture *fixture, gconstpointer data)
{
	fixture_add(fixture, TEST_LATER, 'a');
	g_ptr_array_add(fixture->sessions, g_object_new(TEST_TYPE_PLAIN, NULL));
	fixture_add(fixture, TEST_AT_ONCE, 'b');
	fixture_add(fixture, TEST_LATER, 'c');
	g_assert_true(offhook_session_closer_is_idle(fixture->closer));
	offhook_session_closer_add(fixture->closer, fixture->sessions, NULL);
	g_assert_false(offhook_session_closer_is_idle(fixture->closer));
	g_assert_cmpstr(fixture->log->str, ==, "");
	harness_wait_for(&fixture->done, "the last");
	g_assert_cmpstr(fixture->log->str, ==, "aAbBcC");
	g_assert_true(offhook_session_closer_is_idle(fixture->closer));
	for (guint i = 0; i < fixture->sessions->len; i++)
		g_assert_true(
		    offhook_agent_session_is_closed(g_ptr_array_index(fixture->sessions, i)));
}

/* More come while it is at work: of an assistant that has handed the call over. */
static void
test_added_later(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) more = g_ptr_array_new();

	fixture_add(fixture, TEST_LATER, 'a');
	offhook_session_closer_add(fixture->closer, fixture->sessions, NULL);
	while (fixture->log->len == 0)
		g_main_context_iteration(NULL, TRUE);
	fixture_add(fixture, TEST_LATER, 'b');
	g_ptr_array_add(more, g_ptr_array_index(fixture->sessions, 1));
	offhook_session_closer_add(fixture->closer, more, NULL);
	harness_wait_for(&fixture->done, "the last");
	g_assert_cmpstr(fixture->log->str, ==, "aAbB");
	fixture->done = FALSE;
	offhook_session_closer_add(fixture->closer, more, NULL);
	harness_wait_for(&fixture->done, "one that is closed already");
	g_assert_cmpstr(fixture->log->str, ==, "aAbB");
}

/* One that does not come to an end is dropped with the closer. */
static void
test_dropped(Fixture *fixture, gconstpointer data)
{
	fixture_add(fixture, TEST_NEVER, 'a');
	fixture_add(fixture, TEST_LATER, 'b');
	offhook_session_closer_add(fixture->closer, fixture->sessions, NULL);
	while (fixture->log->len == 0)
		g_main_context_iteration(NULL, TRUE);
	g_clear_pointer(&fixture->closer, offhook_session_closer_free);
	g_assert_cmpstr(fixture->log->str, ==, "a");
	g_assert_false(fixture->done);
	for (guint i = 0; i < fixture->sessions->len; i++)
		g_assert_cmpuint(G_OBJECT(g_ptr_array_index(fixture->sessions, i))->ref_count, ==,
				 1);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*func)(Fixture *fixture, gconstpointer data);
	} cases[] = {
	    {"/call/session-closer/in-order", test_in_order},
	    {"/call/session-closer/added-later", test_added_later},
	    {"/call/session-closer/dropped", test_dropped},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		g_test_add(cases[i].path, Fixture, NULL, fixture_set_up, cases[i].func,
			   fixture_tear_down);
	return g_test_run();
}
