/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Messages with descriptors, and the end and the silence of the other side.
 */

#include "base/channel.h"

#include <offhook/error.h>
#include <string.h>
#include <unistd.h>

/* More than any machine needs for what is said already. */
#define PATIENT_S 60

typedef struct {
	GSocket *ours;
	GSocket *theirs;
} Channel;

static void
channel_set_up(Channel *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	int fd;

	self->ours = offhook_channel_new(&fd, &error);
	g_assert_no_error(error);
	self->theirs = g_socket_new_from_fd(fd, &error);
	g_assert_no_error(error);
}

static void
channel_tear_down(Channel *self, gconstpointer data)
{
	g_clear_object(&self->ours);
	g_clear_object(&self->theirs);
}

static void
channel_expect(GSocket *channel, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *message = offhook_channel_receive(channel, PATIENT_S, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(message, ==, text);
}

/* Each is one, however quickly they follow each other. */
static void
test_channel_messages(Channel *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(offhook_channel_send(self->theirs, "ready", NULL, &error));
	g_assert_true(offhook_channel_send(self->theirs, "serving", NULL, &error));
	g_assert_no_error(error);
	channel_expect(self->ours, "ready");
	channel_expect(self->ours, "serving");
	g_assert_true(offhook_channel_send(self->ours, "main", NULL, &error));
	channel_expect(self->theirs, "main");
}

/* What is written to the one that was sent is read from the other end of its pipe. */
static void
test_channel_descriptors(Channel *self, gconstpointer data)
{
	g_autoptr(GUnixFDList) sent = g_unix_fd_list_new();
	g_autoptr(GUnixFDList) received = NULL;
	g_autofree char *message = NULL;
	g_autoptr(GError) error = NULL;
	char byte = 0;
	int pipe_fds[2];
	int fd;

	g_assert_cmpint(pipe(pipe_fds), ==, 0);
	g_unix_fd_list_append(sent, pipe_fds[1], &error);
	close(pipe_fds[1]);
	g_assert_true(offhook_channel_send(self->ours, "http://127.0.0.1:1", sent, &error));
	g_clear_object(&sent);
	message = offhook_channel_receive(self->theirs, PATIENT_S, &received, &error);
	g_assert_cmpstr(message, ==, "http://127.0.0.1:1");
	g_assert_nonnull(received);
	g_assert_cmpint(g_unix_fd_list_get_length(received), ==, 1);
	fd = g_unix_fd_list_get(received, 0, &error);
	g_assert_cmpint(write(fd, "x", 1), ==, 1);
	g_assert_cmpint(read(pipe_fds[0], &byte, 1), ==, 1);
	g_assert_cmpint(byte, ==, 'x');
	close(fd);
	close(pipe_fds[0]);
}

static void
test_channel_end(Channel *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_clear_object(&self->theirs);
	g_assert_null(offhook_channel_receive(self->ours, PATIENT_S, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
}

/* Nobody is waited for without end. */
static void
test_channel_silent(Channel *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_channel_receive(self->ours, 1, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
}

/* The rest of a message would be lost without a word. */
static void
test_channel_long(Channel *self, gconstpointer data)
{
	g_autofree char *text = g_strnfill(1025, 'x');
	g_autoptr(GError) error = NULL;

	g_assert_true(offhook_channel_send(self->theirs, text, NULL, &error));
	g_assert_null(offhook_channel_receive(self->ours, PATIENT_S, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	text[1024] = '\0';
	g_assert_true(offhook_channel_send(self->theirs, text, NULL, NULL));
	channel_expect(self->ours, text);
}

#define ADD(path, test)                                                                            \
	g_test_add("/channel/" path, Channel, NULL, channel_set_up, test, channel_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("messages", test_channel_messages);
	ADD("descriptors", test_channel_descriptors);
	ADD("end", test_channel_end);
	ADD("silent", test_channel_silent);
	ADD("long", test_channel_long);
	return g_test_run();
}
