/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Conditions and ranges (RFC 9110) are decided here, for libsoup could only cut them out of a body
 * that is in memory as a whole; it parses them. Main thread; a pool's thread reads.
 */

#include "http/server/file-reply.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "http/server/listener.h"

#define OFFHOOK_HTTP_FILE_MAX_DIGITS 18 /* of a place in a file */
#define OFFHOOK_HTTP_FILE_CHUNK      (64 * 1024)

/** One that is on its way. */
typedef struct {
	OffhookHttpRequest *request;
	int fd;
	goffset offset; /* of the next byte */
	goffset left;
	gboolean reading;
	gboolean over; /* nobody waits for more */
} OffhookHttpFileSend;

static void
offhook_http_file_send_free(OffhookHttpFileSend *self)
{
	g_signal_handlers_disconnect_by_data(self->request->msg, self);
	close(self->fd);
	offhook_http_request_unref(self->request);
	g_free(self);
}

/* ---- the body ---- */

static void
offhook_http_file_send_read(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	OffhookHttpFileSend *self = data;
	gsize size = (gsize)MIN(self->left, OFFHOOK_HTTP_FILE_CHUNK);
	g_autofree guint8 *buffer = g_malloc(size);
	ssize_t n;

	do
		n = pread(self->fd, buffer, size, self->offset);
	while (n < 0 && errno == EINTR);
	/* Shorter than it was: somebody cut it, and the length is promised. */
	if (n <= 0)
		g_task_return_new_error(task, G_IO_ERROR,
					g_io_error_from_errno(n < 0 ? errno : EIO),
					"reading the file");
	else
		g_task_return_pointer(task, g_bytes_new_take(g_steal_pointer(&buffer), n),
				      (GDestroyNotify)g_bytes_unref);
}

static void
offhook_http_file_send_read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookHttpFileSend *self = user_data;
	g_autoptr(GBytes) chunk = g_task_propagate_pointer(G_TASK(result), NULL);
	SoupServerMessage *msg = self->request->msg;
	SoupMessageBody *body = soup_server_message_get_response_body(msg);

	self->reading = FALSE;
	if (self->over) {
		offhook_http_file_send_free(self);
		return;
	}
	if (chunk == NULL) {
		offhook_http_listener_cut(msg);
		return;
	}
	self->offset += g_bytes_get_size(chunk);
	self->left -= g_bytes_get_size(chunk);
	soup_message_body_append_bytes(body, chunk);
	if (self->left == 0)
		soup_message_body_complete(body);
	soup_server_message_unpause(msg);
}

static void
offhook_http_file_send_on(OffhookHttpFileSend *self)
{
	g_autoptr(GTask) task = g_task_new(NULL, NULL, offhook_http_file_send_read_cb, self);

	self->reading = TRUE;
	g_task_set_task_data(task, self, NULL);
	g_task_run_in_thread(task, offhook_http_file_send_read);
}

static void
offhook_http_file_send_wrote_cb(SoupServerMessage *msg, gpointer user_data)
{
	OffhookHttpFileSend *self = user_data;

	if (self->left > 0 && !self->reading)
		offhook_http_file_send_on(self);
}

/* All is written, or the client is gone. */
static void
offhook_http_file_send_over_cb(SoupServerMessage *msg, gpointer user_data)
{
	OffhookHttpFileSend *self = user_data;

	self->over = TRUE;
	if (!self->reading)
		offhook_http_file_send_free(self);
}

/* @request: (transfer full) */
static void
offhook_http_file_send_start(OffhookHttpRequest *request, const OffhookHttpFile *file,
			     goffset offset, goffset size)
{
	OffhookHttpFileSend *self = g_new0(OffhookHttpFileSend, 1);

	*self = (OffhookHttpFileSend){
	    .request = request, .fd = file->fd, .offset = offset, .left = size};
	soup_message_body_set_accumulate(soup_server_message_get_response_body(request->msg),
					 FALSE);
	g_signal_connect(request->msg, "wrote-chunk", G_CALLBACK(offhook_http_file_send_wrote_cb),
			 self);
	g_signal_connect(request->msg, "finished", G_CALLBACK(offhook_http_file_send_over_cb),
			 self);
	g_signal_connect(request->msg, "disconnected", G_CALLBACK(offhook_http_file_send_over_cb),
			 self);
	offhook_http_file_send_on(self);
}

/* ---- conditions and ranges ---- */

/* Changes whenever the file does. */
static char *
offhook_http_file_make_tag(const OffhookHttpFile *file)
{
	return g_strdup_printf("\"%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x-%lx\"",
			       (gint64)file->info.st_size, (gint64)file->info.st_mtim.tv_sec,
			       file->info.st_mtim.tv_nsec);
}

static char *
offhook_http_file_make_date(const OffhookHttpFile *file)
{
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(file->info.st_mtim.tv_sec);

	return soup_date_time_to_string(when, SOUP_DATE_HTTP);
}

/* Whether the client has this very file: "*", or one of a list of tags, weak or not. */
static gboolean
offhook_http_file_is_known(const char *given, const char *tag)
{
	g_autoptr(GSList) tags = NULL;
	gboolean known = FALSE;

	if (given == NULL)
		return FALSE;
	tags = soup_header_parse_list(given);
	for (GSList *l = tags; l != NULL; l = l->next) {
		const char *text = l->data;

		text += g_str_has_prefix(text, "W/") ? 2 : 0;
		known = known || g_str_equal(text, "*") || g_str_equal(text, tag);
	}
	soup_header_free_list(g_steal_pointer(&tags));
	return known;
}

typedef enum {
	OFFHOOK_HTTP_RANGE_NONE,
	OFFHOOK_HTTP_RANGE_ONE,
	OFFHOOK_HTTP_RANGE_BAD,
} OffhookHttpRange;

/* libsoup takes a beginning that no number can hold for one counted from the end. */
static gboolean
offhook_http_file_range_overflows(const char *range)
{
	const char *begin = range != NULL && g_str_has_prefix(range, "bytes=") ? range + 6 : "";

	return strspn(begin, "0123456789") > OFFHOOK_HTTP_FILE_MAX_DIGITS;
}

/* Several ranges are answered with the whole file, as anybody may. */
static OffhookHttpRange
offhook_http_file_parse_range(SoupMessageHeaders *headers, goffset size, goffset *first,
			      goffset *last)
{
	OffhookHttpRange kind = OFFHOOK_HTTP_RANGE_NONE;
	SoupRange *ranges;
	int n;

	if (offhook_http_file_range_overflows(soup_message_headers_get_one(headers, "Range")))
		return OFFHOOK_HTTP_RANGE_BAD;
	if (!soup_message_headers_get_ranges(headers, size, &ranges, &n))
		return OFFHOOK_HTTP_RANGE_NONE;
	if (n == 1) {
		*first = MAX(ranges[0].start, 0);
		*last = MIN(ranges[0].end, size - 1);
		kind = *first < size && *first <= *last ? OFFHOOK_HTTP_RANGE_ONE
							: OFFHOOK_HTTP_RANGE_BAD;
	}
	soup_message_headers_free_ranges(headers, ranges);
	return kind;
}

/* A range of another version of the file would be put together wrongly. */
static gboolean
offhook_http_file_range_counts(SoupServerMessage *msg, const char *tag, const char *date)
{
	const char *given =
	    soup_message_headers_get_one(soup_server_message_get_request_headers(msg), "If-Range");

	return g_strcmp0(soup_server_message_get_method(msg), "GET") == 0 &&
	       (given == NULL || g_str_equal(given, tag) || g_str_equal(given, date));
}

static void
offhook_http_file_set_headers(SoupMessageHeaders *headers, const OffhookHttpFile *file,
			      const char *tag, const char *date)
{
	g_autofree char *disposition = g_strdup_printf("inline; filename=\"%s\"", file->name);

	soup_message_headers_replace(headers, "Content-Type", file->media_type);
	soup_message_headers_replace(headers, "Content-Disposition", disposition);
	soup_message_headers_replace(headers, "X-Content-Type-Options", "nosniff");
	soup_message_headers_replace(headers, "Accept-Ranges", "bytes");
	soup_message_headers_replace(headers, "ETag", tag);
	soup_message_headers_replace(headers, "Last-Modified", date);
	/* Of one client alone, who asks each time: it may have been erased. */
	soup_message_headers_replace(headers, "Cache-Control", "private, no-cache");
}

/* @request: (transfer full) */
static void
offhook_http_file_finish(OffhookHttpRequest *request, const OffhookHttpFile *file, guint status,
			 goffset offset, goffset size)
{
	SoupServerMessage *msg = request->msg;
	gboolean content = status == SOUP_STATUS_OK || status == SOUP_STATUS_PARTIAL_CONTENT;

	if (content)
		soup_message_headers_set_content_length(
		    soup_server_message_get_response_headers(msg), size);
	if (content && size > 0 && g_strcmp0(soup_server_message_get_method(msg), "HEAD") != 0) {
		offhook_http_request_begin_reply(request, status);
		offhook_http_file_send_start(request, file, offset, size);
		return;
	}
	close(file->fd);
	offhook_http_request_reply_text(request, status, NULL, NULL);
	offhook_http_request_unref(request);
}

void
offhook_http_file_reply(OffhookHttpRequest *request, const OffhookHttpFile *file)
{
	SoupServerMessage *msg = request->msg;
	SoupMessageHeaders *asked = soup_server_message_get_request_headers(msg);
	SoupMessageHeaders *headers = soup_server_message_get_response_headers(msg);
	g_autofree char *tag = offhook_http_file_make_tag(file);
	g_autofree char *date = offhook_http_file_make_date(file);
	goffset size = file->info.st_size;
	goffset first = 0;
	goffset last = size - 1;
	OffhookHttpRange range = OFFHOOK_HTTP_RANGE_NONE;
	guint status = SOUP_STATUS_OK;

	offhook_http_file_set_headers(headers, file, tag, date);
	if (offhook_http_file_is_known(soup_message_headers_get_list(asked, "If-None-Match"), tag))
		status = SOUP_STATUS_NOT_MODIFIED;
	else if (offhook_http_file_range_counts(msg, tag, date))
		range = offhook_http_file_parse_range(asked, size, &first, &last);
	/* libsoup would cut the same range out of the body once more. */
	soup_message_headers_remove(asked, "Range");
	if (range == OFFHOOK_HTTP_RANGE_BAD) {
		g_autofree char *whole = g_strdup_printf("bytes */%" G_GOFFSET_FORMAT, size);

		soup_message_headers_replace(headers, "Content-Range", whole);
		status = SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE;
	} else if (range == OFFHOOK_HTTP_RANGE_ONE) {
		soup_message_headers_set_content_range(headers, first, last, size);
		status = SOUP_STATUS_PARTIAL_CONTENT;
	}
	offhook_http_file_finish(request, file, status, first, last - first + 1);
}
