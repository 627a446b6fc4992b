/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A process that takes over, and what may be at the other end: nothing, another program, one that ends.
 */

#include "daemon/predecessor.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <offhook/error.h>

#include "base/channel.h"
#include "daemon/successor.h"
#include "harness.h"

#define KEY "0193b6f0-7c11-7f3e-9a55-0123456789ab"

static void
set_number(int fd)
{
	g_autofree char *text = g_strdup_printf("%d", fd);

	g_setenv(OFFHOOK_SUCCESSOR_ENV, text, TRUE);
}

static void
expect_no_channel(void)
{
	g_autoptr(OffhookPredecessor) predecessor = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_false(offhook_predecessor_find(&predecessor, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	/* Whoever reads it knows what to do. */
	g_assert_nonnull(strstr(error->message, OFFHOOK_SUCCESSOR_ENV));
	g_assert_null(predecessor);
	g_assert_null(g_getenv(OFFHOOK_SUCCESSOR_ENV));
}

static void
test_find_none(void)
{
	g_autoptr(OffhookPredecessor) predecessor = NULL;
	g_autoptr(GError) error = NULL;

	g_unsetenv(OFFHOOK_SUCCESSOR_ENV);
	g_assert_true(offhook_predecessor_find(&predecessor, &error));
	g_assert_no_error(error);
	g_assert_null(predecessor);
}

static void
test_find_wrong(void)
{
	static const char *const texts[] = {"", "x", "-1", "0", "2", "3x", "99999999999"};
	int pipe_fds[2], stream[2];

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_setenv(OFFHOOK_SUCCESSOR_ENV, texts[i], TRUE);
		expect_no_channel();
	}
	g_assert_cmpint(pipe(pipe_fds), ==, 0);
	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, stream), ==, 0);
	set_number(pipe_fds[0]);
	expect_no_channel();
	set_number(stream[0]);
	expect_no_channel();
	for (guint i = 0; i < 2; i++) {
		close(pipe_fds[i]);
		close(stream[i]);
	}
	/* It was there once. */
	set_number(stream[0]);
	expect_no_channel();
}

/* ---- one that speaks ---- */

typedef struct {
	GSocket *older; /* its end */
	OffhookPredecessor *predecessor;
	GPtrArray *all;
	int lock_fd;
} Handover;

static void
handover_set_up(Handover *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	int fd;

	self->older = offhook_channel_new(&fd, &error);
	g_assert_no_error(error);
	set_number(fd);
	g_assert_true(offhook_predecessor_find(&self->predecessor, &error));
	g_assert_nonnull(self->predecessor);
	g_assert_null(g_getenv(OFFHOOK_SUCCESSOR_ENV));
	g_assert_cmpint(fcntl(fd, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
	self->all = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_predecessor_free);
	self->lock_fd = -1;
}

static void
handover_tear_down(Handover *self, gconstpointer data)
{
	g_clear_object(&self->older);
	g_clear_pointer(&self->predecessor, offhook_predecessor_free);
	g_ptr_array_unref(self->all);
	if (self->lock_fd >= 0)
		close(self->lock_fd);
}

/* The text, with a listening socket and @n files. */
static void
handover_give(Handover *self, const char *text, guint n)
{
	g_autoptr(GUnixFDList) fds = g_unix_fd_list_new();
	int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int file = open("/dev/null", O_RDONLY | O_CLOEXEC);

	g_unix_fd_list_append(fds, listening, NULL);
	for (guint i = 0; i < n; i++)
		g_unix_fd_list_append(fds, file, NULL);
	close(listening);
	close(file);
	g_assert_true(offhook_channel_send(self->older, text, fds, NULL));
}

static GSocket *
handover_ask(Handover *self, GError **error)
{
	return offhook_predecessor_ask(self->predecessor, &self->lock_fd, self->all, error);
}

static void
test_ask(Handover *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GSocket) socket = NULL;
	g_autofree char *said = NULL;

	handover_give(self, "http://" KEY "@127.0.0.1:4321", 1);
	socket = handover_ask(self, &error);
	g_assert_no_error(error);
	g_assert_nonnull(socket);
	g_assert_cmpint(self->lock_fd, >=, 0);
	g_assert_cmpuint(self->all->len, ==, 0);
	g_assert_cmpstr(offhook_predecessor_get_url(self->predecessor), ==,
			"http://" KEY "@127.0.0.1:4321");
	g_assert_cmpint(offhook_predecessor_get_pid(self->predecessor), ==, getpid());
	said = offhook_channel_receive(self->older, OFFHOOK_CHANNEL_READY_S, NULL, &error);
	g_assert_cmpstr(said, ==, OFFHOOK_SAYS_READY);
}

/* Too few or too many descriptors, or a text of which nothing is understood. */
static void
test_ask_wrong(Handover *self, gconstpointer data)
{
	static const struct {
		const char *text;
		guint n;
		int code;
	} cases[] = {
	    {"http://127.0.0.1:4321", 0, OFFHOOK_ERROR_UNAVAILABLE},
	    {"http://127.0.0.1:4321", 2, OFFHOOK_ERROR_UNAVAILABLE},
	    {"http://127.0.0.1:4321\nhttp://127.0.0.1:4322", 1, OFFHOOK_ERROR_UNAVAILABLE},
	    {"http://192.0.2.1:4321", 1, OFFHOOK_ERROR_FORMAT},
	    {"hello", 1, OFFHOOK_ERROR_FORMAT},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		handover_give(self, cases[i].text, cases[i].n);
		g_assert_null(handover_ask(self, &error));
		g_assert_error(error, OFFHOOK_ERROR, cases[i].code);
		g_assert_cmpint(self->lock_fd, ==, -1);
	}
}

static void
test_ask_gone(Handover *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	/* It has heard that we are ready, and ends. */
	g_socket_shutdown(self->older, FALSE, TRUE, NULL);
	g_assert_null(handover_ask(self, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	g_assert_nonnull(strstr(error->message, OFFHOOK_SUCCESSOR_ENV));
}

/* We serve also if it ends just then. */
static void
test_relieve_gone(Handover *self, gconstpointer data)
{
	g_clear_object(&self->older);
	g_test_expect_message("offhookd", G_LOG_LEVEL_WARNING, "*has handed over*");
	offhook_predecessor_relieve(self->predecessor);
	g_test_assert_expected_messages();
}

/* ---- what it tells later ---- */

typedef struct {
	guint schedules;
	guint counts;
	gboolean gone;
} Told;

static void
schedule_cb(gpointer user_data)
{
	((Told *)user_data)->schedules++;
}

static void
counted_cb(gpointer user_data)
{
	((Told *)user_data)->counts++;
}

static void
gone_cb(gpointer user_data, OffhookPredecessor *predecessor)
{
	((Told *)user_data)->gone = TRUE;
}

static void
test_watch(Handover *self, gconstpointer data)
{
	static const OffhookPredecessorFuncs funcs = {
	    .schedule = schedule_cb, .counted = counted_cb, .gone = gone_cb};
	static const char *const messages[] = {"calls 3", "of a later version", "calls x",
					       OFFHOOK_SAYS_SCHEDULE, "calls 2"};
	Told told = {0};

	g_assert_true(offhook_predecessor_is_ringing(self->predecessor));
	for (guint i = 0; i < G_N_ELEMENTS(messages); i++)
		g_assert_true(offhook_channel_send(self->older, messages[i], NULL, NULL));
	g_clear_object(&self->older);
	offhook_predecessor_watch(self->predecessor, &funcs, &told);
	harness_wait_for(&told.gone, "the end of the other process");
	g_assert_cmpuint(told.schedules, ==, 1);
	g_assert_cmpuint(told.counts, ==, 2);
	g_assert_cmpuint(offhook_predecessor_count_calls(self->predecessor), ==, 2);
	g_assert_false(offhook_predecessor_is_ringing(self->predecessor));
}

#define ADD(path, test)                                                                            \
	g_test_add("/predecessor/" path, Handover, NULL, handover_set_up, test, handover_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/predecessor/find/none", test_find_none);
	g_test_add_func("/predecessor/find/wrong", test_find_wrong);
	ADD("ask/good", test_ask);
	ADD("ask/wrong", test_ask_wrong);
	ADD("ask/gone", test_ask_gone);
	ADD("relieve/gone", test_relieve_gone);
	ADD("watch", test_watch);
	return g_test_run();
}
