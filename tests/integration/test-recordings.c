/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What becomes of what was said: recordings over HTTP, part by part; callers who are erased, and calls
 * that are too old, after which their words, numbers and sounds are looked for in every file of the
 * server.
 */

#include "fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

#define CONFIG                                                                                     \
	"[driver:loopback]\nplay=@DATA@/opening-hours.wav\nwait-for-greeting=true\n"               \
	"hangup-after-silence-ms=1500\n"                                                           \
	"[assistant:one]\ndriver=loopback\nagents=dialog\nstt=pocketsphinx\ntts=flite\n"

#define VICTIM "15550100001"

/* What the assistant says in each call, and what the caller is understood to say in most. */
#define SAID  "Lucia"
#define HEARD "opening hours"
#define EVENTS                                                                                     \
	"{\"type\":\"subscribe\",\"events\":[\"call.completed\",\"caller.erased\","                \
	"\"retention.completed\"]}"

/* ---- calls and their files ---- */

/* (transfer full): its id, when it is over */
static char *
hold_call(Fixture *fixture, Listener *listener, guint n, const char *number)
{
	g_autofree char *body = g_strdup_printf("{\"phone_number\":\"%s\"}", number);
	g_autoptr(JsonObject) reply =
	    fixture_request(fixture, "POST", "/voice/calls/initiate", body, 200);

	listener_wait(listener, "call.completed", n);
	return g_strdup(json_object_get_string_member(reply, "call_id"));
}

static char *
make_recording_path(Fixture *fixture, const char *call_id)
{
	g_autofree char *name = g_strconcat(call_id, ".wav", NULL);

	return g_build_filename(fixture->dir, "state", "recordings", name, NULL);
}

/** A recording whose last samples are on their way to the disk. */
typedef struct {
	char *path;
	double duration; /* s */
	GBytes *file;    /* once it is as long as that */
} Recording;

static gboolean
recording_is_complete(gpointer data)
{
	Recording *self = data;
	char *contents;
	gsize size;
	guint rate;

	if (!g_file_get_contents(self->path, &contents, &size, NULL))
		return FALSE;
	g_clear_pointer(&self->file, g_bytes_unref);
	self->file = g_bytes_new_take(contents, size);
	if (size < 44)
		return FALSE;
	rate = (guint8)contents[24] | (guint)(guint8)contents[25] << 8;
	return (double)(size - 44) / 4 / rate >= self->duration;
}

static gboolean
tick_cb(gpointer user_data)
{
	return G_SOURCE_CONTINUE;
}

/* The file once it is complete, which it is soon after its call. (transfer full) */
static GBytes *
read_recording(Fixture *fixture, const char *call_id)
{
	g_autofree char *path = make_recording_path(fixture, call_id);
	g_autofree char *list = g_strconcat("/voice/calls/", call_id, "/recordings", NULL);
	g_autoptr(JsonObject) reply = fixture_request(fixture, "GET", list, NULL, 200);
	JsonObject *first =
	    json_array_get_object_element(json_object_get_array_member(reply, "recordings"), 0);
	Recording recording = {path, json_object_get_double_member(first, "duration"), NULL};
	guint tick = g_timeout_add(20, tick_cb, NULL);

	g_assert_cmpfloat(recording.duration, >, 2);
	harness_wait_until(recording_is_complete, &recording, "the whole recording");
	g_source_remove(tick);
	return recording.file;
}

/* Some of it that is no silence. (transfer full) */
static GBytes *
take_sound(GBytes *recording)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(recording, &size);

	for (gsize at = size / 4 * 2; at + 64 < size; at += 64) {
		guint changes = 0;

		for (guint i = 4; i < 64; i += 4)
			changes += memcmp(data + at + i, data + at + i - 4, 4) != 0;
		if (changes > 12)
			return g_bytes_new_from_bytes(recording, at, 64);
	}
	g_assert_not_reached();
}

static guint
count_in_state(Fixture *fixture, gconstpointer what, gsize size)
{
	g_autofree char *state = g_build_filename(fixture->dir, "state", NULL);

	return harness_count_bytes(state, what, size);
}

static guint
count_text(Fixture *fixture, const char *text)
{
	return count_in_state(fixture, text, strlen(text));
}

static guint
count_sound(Fixture *fixture, GBytes *sound)
{
	return count_in_state(fixture, g_bytes_get_data(sound, NULL), g_bytes_get_size(sound));
}

/* ---- ranges ---- */

typedef struct {
	Fixture *fixture;
	char *path;
	GBytes *file;
	SoupMessage *msg; /* the last */
	GBytes *body;
} Ranges;

/* Asks with up to two more headers. */
static void
ask(Ranges *self, const char *method, guint status, const char *name, const char *value,
    const char *name2, const char *value2)
{
	g_autofree char *url = g_strconcat(self->fixture->url, self->path, NULL);
	g_autofree char *token = g_strconcat("Bearer ", self->fixture->token, NULL);
	SoupMessageHeaders *headers;
	g_autoptr(GError) error = NULL;

	g_clear_object(&self->msg);
	g_clear_pointer(&self->body, g_bytes_unref);
	self->msg = soup_message_new(method, url);
	headers = soup_message_get_request_headers(self->msg);
	soup_message_headers_append(headers, "Authorization", token);
	if (name != NULL)
		soup_message_headers_append(headers, name, value);
	if (name2 != NULL)
		soup_message_headers_append(headers, name2, value2);
	self->body = soup_session_send_and_read(self->fixture->session, self->msg, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(soup_message_get_status(self->msg), ==, status);
}

static const char *
get_header(Ranges *self, const char *name)
{
	return soup_message_headers_get_one(soup_message_get_response_headers(self->msg), name);
}

static void
check_part(Ranges *self, const char *range, gsize first, gsize last)
{
	gsize size = g_bytes_get_size(self->file);
	g_autofree char *expected = g_strdup_printf(
	    "bytes %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT, first, last, size);
	g_autoptr(GBytes) part = g_bytes_new_from_bytes(self->file, first, last - first + 1);
	g_autofree char *length = g_strdup_printf("%" G_GSIZE_FORMAT, last - first + 1);

	ask(self, "GET", 206, "Range", range, NULL, NULL);
	g_assert_cmpstr(get_header(self, "Content-Range"), ==, expected);
	g_assert_cmpstr(get_header(self, "Content-Length"), ==, length);
	g_assert_true(g_bytes_equal(self->body, part));
}

static void
check_whole(Ranges *self)
{
	g_assert_null(get_header(self, "Content-Range"));
	g_assert_true(g_bytes_equal(self->body, self->file));
}

static void
check_ranges(Ranges *self)
{
	gsize size = g_bytes_get_size(self->file);
	g_autofree char *far = g_strdup_printf("bytes=100-%" G_GSIZE_FORMAT, size * 2);
	g_autofree char *behind = g_strdup_printf("bytes=%" G_GSIZE_FORMAT "-", size);
	g_autofree char *whole = g_strdup_printf("bytes */%" G_GSIZE_FORMAT, size);
	g_autofree char *suffix = g_strdup_printf("bytes=-%" G_GSIZE_FORMAT, size * 2);

	check_part(self, "bytes=0-0", 0, 0);
	check_part(self, "bytes=0-43", 0, 43);
	check_part(self, "bytes=65530-131080", 65530, 131080);
	check_part(self, "bytes=100-", 100, size - 1);
	check_part(self, far, 100, size - 1);
	check_part(self, "bytes=-500", size - 500, size - 1);
	check_part(self, suffix, 0, size - 1);
	ask(self, "GET", 416, "Range", behind, NULL, NULL);
	g_assert_cmpstr(get_header(self, "Content-Range"), ==, whole);
	/* Several at once are answered with all of it, and what is none is none. */
	ask(self, "GET", 200, "Range", "bytes=0-1,5-6", NULL, NULL);
	check_whole(self);
	ask(self, "GET", 200, "Range", "bytes=5-1", NULL, NULL);
	check_whole(self);
	ask(self, "GET", 200, "Range", "lines=1-2", NULL, NULL);
	check_whole(self);
}

static void
check_conditions(Ranges *self, const char *tag, const char *date)
{
	ask(self, "GET", 304, "If-None-Match", tag, NULL, NULL);
	g_assert_cmpuint(g_bytes_get_size(self->body), ==, 0);
	ask(self, "GET", 200, "If-None-Match", "\"another\"", NULL, NULL);
	check_whole(self);
	ask(self, "GET", 206, "Range", "bytes=0-9", "If-Range", tag);
	ask(self, "GET", 206, "Range", "bytes=0-9", "If-Range", date);
	ask(self, "GET", 200, "Range", "bytes=0-9", "If-Range", "\"another\"");
	check_whole(self);
}

static void
check_head(Ranges *self)
{
	g_autofree char *length = g_strdup_printf("%" G_GSIZE_FORMAT, g_bytes_get_size(self->file));

	ask(self, "HEAD", 200, "Range", "bytes=0-9", NULL, NULL);
	g_assert_cmpstr(get_header(self, "Content-Length"), ==, length);
	g_assert_cmpstr(get_header(self, "Content-Type"), ==, "audio/wav");
	g_assert_cmpstr(get_header(self, "Accept-Ranges"), ==, "bytes");
	g_assert_cmpuint(g_bytes_get_size(self->body), ==, 0);
}

/* Nobody without the token, and no file that is not the call's. */
static void
check_access(Ranges *self, const char *call_id)
{
	g_autofree char *token = g_steal_pointer(&self->fixture->token);
	g_autofree char *file = make_recording_path(self->fixture, call_id);
	g_autofree char *secret = g_build_filename(self->fixture->dir, "state", "api-token", NULL);

	self->fixture->token = g_strdup("not-the-token");
	ask(self, "GET", 401, "Range", "bytes=0-9", NULL, NULL);
	g_free(self->fixture->token);
	self->fixture->token = g_steal_pointer(&token);
	g_assert_cmpint(g_unlink(file), ==, 0);
	ask(self, "GET", 404, NULL, NULL, NULL, NULL);
	g_assert_cmpint(symlink(secret, file), ==, 0);
	ask(self, "GET", 500, NULL, NULL, NULL, NULL);
	g_assert_cmpint(g_unlink(file), ==, 0);
}

static void
test_ranges(Fixture *fixture, gconstpointer data)
{
	Ranges self = {.fixture = fixture};
	g_autofree char *id = NULL;
	g_autofree char *tag = NULL;
	g_autofree char *date = NULL;
	g_autofree char *list = NULL;
	g_autoptr(JsonObject) recordings = NULL;
	JsonObject *first;
	Listener *listener;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	listener = listener_new(fixture, EVENTS);
	id = hold_call(fixture, listener, 1, "+15550100001");
	self.path = g_strconcat("/voice/calls/", id, "/recording", NULL);
	self.file = read_recording(fixture, id);
	ask(&self, "GET", 200, NULL, NULL, NULL, NULL);
	check_whole(&self);
	tag = g_strdup(get_header(&self, "ETag"));
	date = g_strdup(get_header(&self, "Last-Modified"));
	check_ranges(&self);
	check_conditions(&self, tag, date);
	check_head(&self);

	list = g_strconcat("/voice/calls/", id, "/recordings", NULL);
	recordings = fixture_request(fixture, "GET", list, NULL, 200);
	first = json_array_get_object_element(
	    json_object_get_array_member(recordings, "recordings"), 0);
	g_free(self.path);
	self.path = g_strdup(json_object_get_string_member(first, "url"));
	check_part(&self, "bytes=7-8", 7, 8);

	check_access(&self, id);
	g_clear_object(&self.msg);
	g_clear_pointer(&self.body, g_bytes_unref);
	g_bytes_unref(self.file);
	g_free(self.path);
	listener_free(listener);
}

/* As it is configured, and otherwise as it is asked for a call. */
static void
test_formats(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *body;
		guint status;
		const char *media_type;
		const char *begins;
	} calls[] = {
	    {"{\"phone_number\":\"+15550100001\"}", 200, "audio/ogg; codecs=opus", "OggS"},
	    {"{\"phone_number\":\"+15550100001\",\"options\":{\"recording_format\":\"wav\"}}", 200,
	     "audio/wav", "RIFF"},
	    {"{\"phone_number\":\"+15550100001\",\"options\":{\"recording_format\":\"off\"}}", 404,
	     "application/json", "{"},
	};
	Listener *listener;

	fixture_configure(fixture, CONFIG "recording=opus\n");
	fixture_start(fixture);
	listener = listener_new(fixture, EVENTS);
	json_object_unref(fixture_request(fixture, "POST", "/voice/calls/initiate",
					  "{\"phone_number\":\"+15550100001\",\"options\":"
					  "{\"recording_format\":\"mp3\"}}",
					  400));
	for (guint i = 0; i < G_N_ELEMENTS(calls); i++) {
		Ranges self = {.fixture = fixture};
		g_autoptr(JsonObject) reply =
		    fixture_request(fixture, "POST", "/voice/calls/initiate", calls[i].body, 200);

		self.path =
		    g_strconcat("/voice/calls/", json_object_get_string_member(reply, "call_id"),
				"/recording", NULL);
		listener_wait(listener, "call.completed", i + 1);
		ask(&self, "GET", calls[i].status, NULL, NULL, NULL, NULL);
		g_assert_cmpstr(get_header(&self, "Content-Type"), ==, calls[i].media_type);
		g_assert_true(g_str_has_prefix(g_bytes_get_data(self.body, NULL), calls[i].begins));
		g_clear_object(&self.msg);
		g_clear_pointer(&self.body, g_bytes_unref);
		g_free(self.path);
	}
	listener_free(listener);
}

/* ---- in the middle of a call ---- */

/* Somebody who stays on the line. */
#define STAYING                                                                                    \
	"[driver:loopback]\nplay=@DATA@/opening-hours.wav\nhangup-after-silence-ms=0\n"            \
	"[assistant:one]\ndriver=loopback\nagents=dialog\ntts=flite\nrecording=off\n"
#define STAYING_EVENTS                                                                             \
	"{\"type\":\"subscribe\",\"events\":[\"prompt.sent\",\"recording.changed\","                \
	"\"call.completed\"]}"

typedef struct {
	Fixture *fixture;
	Listener *listener;
	char *id;
} MidCall;

static void
mid_call_begin(MidCall *self, Fixture *fixture, const char *config)
{
	g_autoptr(JsonObject) reply = NULL;

	fixture_configure(fixture, config);
	fixture_start(fixture);
	self->fixture = fixture;
	self->listener = listener_new(fixture, STAYING_EVENTS);
	reply = fixture_request(fixture, "POST", "/voice/calls/initiate",
				"{\"phone_number\":\"+" VICTIM "\"}", 200);
	self->id = g_strdup(json_object_get_string_member(reply, "call_id"));
	listener_wait(self->listener, "prompt.sent", 1);
}

static void
mid_call_end(MidCall *self)
{
	g_autofree char *path = g_strconcat("/voice/calls/", self->id, "/end", NULL);

	json_object_unref(fixture_request(self->fixture, "POST", path, "{}", 200));
	listener_wait(self->listener, "call.completed", 1);
}

static void
mid_call_clear(MidCall *self)
{
	listener_free(self->listener);
	g_free(self->id);
}

static void
mid_call_record(MidCall *self, const char *action, guint status)
{
	g_autofree char *path = g_strconcat("/voice/calls/", self->id, "/recording", NULL);
	g_autofree char *body = g_strdup_printf("{\"action\":\"%s\"}", action);

	json_object_unref(fixture_request(self->fixture, "POST", path, body, status));
}

/* The @n-th change. (transfer none) */
static JsonObject *
mid_call_wait_changed(MidCall *self, guint n, const char *status)
{
	JsonObject *data = json_object_get_object_member(
	    listener_wait(self->listener, "recording.changed", n), "data");

	g_assert_cmpstr(json_object_get_string_member(data, "source"), ==, "server");
	g_assert_cmpstr(json_object_get_string_member(data, "status"), ==, status);
	return data;
}

/* So much of it is on the disk. */
static void
mid_call_wait_recorded(MidCall *self, const char *file, double seconds)
{
	g_autofree char *name = g_strconcat(self->id, file, NULL);
	g_autofree char *path =
	    g_build_filename(self->fixture->dir, "state", "recordings", name, NULL);
	Recording recording = {path, seconds, NULL};
	guint tick = g_timeout_add(20, tick_cb, NULL);

	harness_wait_until(recording_is_complete, &recording, "some of the recording");
	g_source_remove(tick);
	g_bytes_unref(recording.file);
}

/* (transfer full): those of the call, each of them whole */
static JsonObject *
mid_call_list(MidCall *self, guint n)
{
	g_autofree char *path = g_strconcat("/voice/calls/", self->id, "/recordings", NULL);
	JsonObject *reply = fixture_request(self->fixture, "GET", path, NULL, 200);

	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(reply, "recordings")),
			 ==, n);
	return reply;
}

/* The @index-th is as long as it says, and can be heard part by part. */
static void
mid_call_check(MidCall *self, JsonObject *list, guint index, const char *file)
{
	JsonObject *recording = json_array_get_object_element(
	    json_object_get_array_member(list, "recordings"), index);
	double duration = json_object_get_double_member(recording, "duration");
	Ranges ranges = {.fixture = self->fixture};
	guint rate;

	g_assert_cmpstr(json_object_get_string_member(recording, "status"), ==, "completed");
	mid_call_wait_recorded(self, file, duration);
	ranges.path = g_strdup(json_object_get_string_member(recording, "url"));
	ask(&ranges, "GET", 200, NULL, NULL, NULL, NULL);
	ranges.file = g_bytes_ref(ranges.body);
	rate = ((const guint16 *)g_bytes_get_data(ranges.file, NULL))[12];
	g_assert_cmpfloat_with_epsilon(
	    (double)(g_bytes_get_size(ranges.file) - 44) / 4 / rate, duration, 0.0015);
	check_part(&ranges, "bytes=100-199", 100, 199);
	g_clear_object(&ranges.msg);
	g_clear_pointer(&ranges.body, g_bytes_unref);
	g_bytes_unref(ranges.file);
	g_free(ranges.path);
}

static void
mid_call_check_events(MidCall *self)
{
	JsonObject *changed = mid_call_wait_changed(self, 2, "completed");
	g_autoptr(JsonObject) list = mid_call_list(self, 2);
	guint n_found = 0;

	for (guint i = 0; i < 2; i++) {
		JsonObject *recording = json_array_get_object_element(
		    json_object_get_array_member(list, "recordings"), i);

		if (!g_str_equal(json_object_get_string_member(recording, "recording_id"),
				 json_object_get_string_member(changed, "recording_id")))
			continue;
		n_found++;
		g_assert_cmpfloat(json_object_get_double_member(recording, "duration"), ==,
				  json_object_get_double_member(changed, "duration"));
	}
	g_assert_cmpuint(n_found, ==, 1);
}

/* One that is not recorded is when somebody wants it, twice, and both recordings go with the caller. */
static void
test_begun_later(Fixture *fixture, gconstpointer data)
{
	MidCall self;
	g_autofree char *listed = NULL;
	g_autofree char *words = NULL;
	g_autoptr(JsonObject) list = NULL;
	g_autoptr(JsonObject) receipt = NULL;

	mid_call_begin(&self, fixture, STAYING);
	json_object_unref(mid_call_list(&self, 0));
	mid_call_record(&self, "stop", 409);
	mid_call_record(&self, "pause", 409);
	mid_call_record(&self, "start", 200);
	mid_call_wait_changed(&self, 1, "recording");
	mid_call_record(&self, "start", 409);
	mid_call_wait_recorded(&self, ".wav", 0.5);
	mid_call_record(&self, "pause", 200);
	mid_call_record(&self, "resume", 200);
	mid_call_record(&self, "stop", 200);
	g_assert_cmpfloat(
	    json_object_get_double_member(mid_call_wait_changed(&self, 2, "completed"), "duration"),
	    >=, 0.5);
	mid_call_record(&self, "resume", 409);
	mid_call_record(&self, "start", 200);
	mid_call_wait_recorded(&self, "-2.wav", 0.5);
	mid_call_end(&self);

	mid_call_check_events(&self);
	list = mid_call_list(&self, 2);
	mid_call_check(&self, list, 0, ".wav");
	mid_call_check(&self, list, 1, "-2.wav");
	words = g_strconcat("recordings ", self.id, NULL);
	listed = fixture_run_cli(fixture, words, 0);
	g_assert_nonnull(strstr(strstr(listed, "completed") + 1, "completed"));
	mid_call_record(&self, "start", 409);
	receipt = fixture_request(fixture, "DELETE", "/callers/%2B" VICTIM, NULL, 200);
	g_assert_cmpint(json_object_get_int_member(json_object_get_object_member(receipt, "files"),
						   "count"),
			==, 2);
	mid_call_clear(&self);
}

/* From the beginning, and then not any more: in the format of the assistant. */
static void
test_ended_sooner(Fixture *fixture, gconstpointer data)
{
	MidCall self;
	g_autofree char *path = NULL;
	g_autoptr(JsonObject) call = NULL;

	mid_call_begin(&self, fixture, STAYING "[media]\nrecording-format=opus\n");
	mid_call_record(&self, "start", 200);
	mid_call_wait_changed(&self, 1, "recording");
	mid_call_record(&self, "stop", 200);
	mid_call_wait_changed(&self, 2, "completed");
	path = g_strconcat("/voice/calls/", self.id, "/recording", NULL);
	mid_call_end(&self);
	{
		Ranges ranges = {.fixture = fixture, .path = path};

		ask(&ranges, "HEAD", 200, NULL, NULL, NULL, NULL);
		g_assert_cmpstr(get_header(&ranges, "Content-Type"), ==, "audio/ogg; codecs=opus");
		g_clear_object(&ranges.msg);
		g_clear_pointer(&ranges.body, g_bytes_unref);
	}
	json_object_unref(mid_call_list(&self, 1));
	mid_call_clear(&self);
}

/* ---- what the pages show ---- */

/* Does the lines of the page from @first to @last (words in them) with the test's folders. */
static char *
do_as_shown(Fixture *fixture, const char *page, const char *first, const char *last)
{
	g_autofree char *path =
	    g_build_filename(g_getenv("G_TEST_SRCDIR"), "..", "docs", page, NULL);
	g_autofree char *state = g_build_filename(fixture->dir, "state", NULL);
	g_autofree char *backup = g_build_filename(fixture->dir, "backup", NULL);
	g_autofree char *text = NULL;
	g_autofree char *output = NULL;
	g_autoptr(GString) lines = NULL;
	const char *argv[] = {"sh", "-e", "-c", NULL, NULL};
	g_autoptr(GSubprocess) shell = NULL;
	g_autoptr(GError) error = NULL;
	char *begin, *end;

	g_file_get_contents(path, &text, NULL, &error);
	g_assert_no_error(error);
	begin = strstr(text, first);
	g_assert_nonnull(begin);
	end = strstr(begin, last);
	g_assert_nonnull(end);
	lines = g_string_new_len(begin, (gssize)(end - begin + strcspn(end, "\n")));
	g_string_replace(lines, "/var/lib/offhook", state, 0);
	g_string_replace(lines, "/backup", backup, 0);
	argv[3] = lines->str;
	shell = harness_launch(argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	g_subprocess_communicate_utf8(shell, NULL, NULL, &output, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpint(g_subprocess_get_exit_status(shell), ==, 0);
	return g_strchomp(g_steal_pointer(&output));
}

static gboolean
has_programs(const char *const *names)
{
	for (; *names != NULL; names++) {
		g_autofree char *path = g_find_program_in_path(*names);

		if (path == NULL) {
			g_test_skip("a program that the page uses is not installed");
			return FALSE;
		}
	}
	return TRUE;
}

static guint
get_mode(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);
	GStatBuf info;

	g_assert_cmpint(g_stat(path, &info), ==, 0);
	return info.st_mode & 0777;
}

/* On a server where nobody was erased yet; what was said is nobody else's to read. */
static void
test_backup(Fixture *fixture, gconstpointer data)
{
	static const char *const programs[] = {"sqlite3", "find", NULL};
	g_autofree char *backup = g_build_filename(fixture->dir, "backup", NULL);
	g_autofree char *id = NULL;
	g_autofree char *name = NULL;
	Listener *listener;

	if (!has_programs(programs))
		return;
	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	listener = listener_new(fixture, EVENTS);
	id = hold_call(fixture, listener, 1, "+15550100001");
	g_assert_cmpint(g_mkdir(backup, 0755), ==, 0);
	g_free(do_as_shown(fixture, "guide/operator.md", "umask 077", "find /var/lib/offhook"));
	g_assert_cmpuint(get_mode(backup, "offhook.db"), ==, 0600);
	name = g_strconcat("recordings/", id, ".wav", NULL);
	g_assert_cmpuint(get_mode(backup, name), ==, 0600);
	g_assert_cmpuint(harness_count_bytes(backup, SAID, strlen(SAID)), >, 0);
	listener_free(listener);
}

/* ---- erasing ---- */

/* Whoever has the key can tell whom a receipt is about, without us. */
static void
test_subject(Fixture *fixture, gconstpointer data)
{
	static const char *const programs[] = {"openssl", NULL};
	g_autoptr(JsonObject) receipt = NULL;
	g_autofree char *output = NULL;

	if (!has_programs(programs))
		return;
	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	receipt = fixture_request(fixture, "DELETE", "/callers/%2B" VICTIM, NULL, 200);
	output = do_as_shown(fixture, "privacy.md", "printf", "openssl");
	g_assert_true(g_str_has_suffix(output, json_object_get_string_member(receipt, "subject")));
}

static void
check_receipt(Fixture *fixture, JsonObject *receipt)
{
	JsonObject *rows = json_object_get_object_member(receipt, "rows");
	JsonObject *files = json_object_get_object_member(receipt, "files");
	g_autofree char *path =
	    g_strconcat("/erasures/", json_object_get_string_member(receipt, "receipt_id"), NULL);
	g_autoptr(JsonObject) stored = fixture_request(fixture, "GET", path, NULL, 200);
	g_autofree char *text = NULL;
	g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), stored);

	g_assert_cmpint(json_object_get_int_member(rows, "calls"), ==, 1);
	g_assert_cmpint(json_object_get_int_member(rows, "conversations"), ==, 1);
	g_assert_cmpint(json_object_get_int_member(rows, "messages"), >, 0);
	g_assert_cmpint(json_object_get_int_member(rows, "recordings"), ==, 1);
	/* The recording, and what was set aside as damaged. */
	g_assert_cmpint(json_object_get_int_member(files, "count"), ==, 2);
	g_assert_cmpint(json_object_get_int_member(files, "bytes"), >, 100000);
	g_assert_true(json_object_get_boolean_member(receipt, "complete"));
	g_assert_true(json_object_get_boolean_member(stored, "intact"));
	text = json_to_string(node, FALSE);
	g_assert_null(strstr(text, VICTIM));
}

/* As the journal leaves a file with a damaged line, which may be anybody's. */
static void
put_damaged_journal(Fixture *fixture)
{
	g_autofree char *dir = g_build_filename(fixture->dir, "state", "journal", NULL);
	g_autofree char *path = g_build_filename(dir, "0000000007.damaged", NULL);

	g_assert_cmpint(g_mkdir_with_parents(dir, 0700), ==, 0);
	g_assert_true(
	    g_file_set_contents(path, "0badc0de 40 [\"+" VICTIM "\",\"" SAID "\"\n", -1, NULL));
}

static void
test_erase(Fixture *fixture, gconstpointer data)
{
	Listener *listener;
	g_autofree char *mine = NULL;
	g_autofree char *other = NULL;
	g_autofree char *path = NULL;
	g_autofree char *output = NULL;
	g_autofree char *again = NULL;
	g_autofree char *log = NULL;
	g_autoptr(GBytes) recording = NULL;
	g_autoptr(GBytes) sound = NULL;
	g_autoptr(JsonNode) receipt = NULL;
	guint words;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	listener = listener_new(fixture, EVENTS);
	mine = hold_call(fixture, listener, 1, "+" VICTIM);
	recording = read_recording(fixture, mine);
	sound = take_sound(recording);
	g_assert_cmpuint(count_sound(fixture, sound), >, 0);
	g_assert_cmpuint(count_text(fixture, VICTIM), >, 0);
	g_assert_cmpuint(count_text(fixture, SAID), >, 0);
	put_damaged_journal(fixture);

	fixture_expect_cli(fixture, "erase", 64, "usage");
	fixture_expect_cli(fixture, "erase 5550100001 --yes", 1, "country");
	fixture_expect_cli(fixture, "erase +" VICTIM " </dev/null", 64, "--yes");
	output = fixture_run_cli(fixture, "--json erase '+1 (555) 010-0001' --yes", 0);
	receipt = json_from_string(output, NULL);
	check_receipt(fixture, json_node_get_object(receipt));
	listener_wait(listener, "caller.erased", 1);
	g_assert_cmpuint(count_sound(fixture, sound), ==, 0);
	g_assert_cmpuint(count_text(fixture, VICTIM), ==, 0);
	g_assert_cmpuint(count_text(fixture, SAID), ==, 0);
	g_assert_cmpuint(count_text(fixture, HEARD), ==, 0);
	g_assert_cmpuint(count_text(fixture, mine), ==, 0);
	path = g_strconcat("/voice/calls/", mine, "/status", NULL);
	json_object_unref(fixture_request(fixture, "GET", path, NULL, 404));

	/* Another one's stay, and a second time there is nothing to do. */
	other = hold_call(fixture, listener, 2, "+15550100009");
	words = count_text(fixture, SAID);
	g_assert_cmpuint(words, >, 0);
	again = fixture_run_cli(fixture, "erase 0015550100001 --yes", 0);
	g_assert_nonnull(strstr(again, "receipt"));
	g_assert_cmpuint(count_text(fixture, SAID), >, 0);
	g_assert_cmpuint(count_text(fixture, other), >, 0);
	g_bytes_unref(read_recording(fixture, other));
	log = fixture_read_log(fixture);
	g_assert_null(strstr(log, VICTIM));
	listener_free(listener);
}

/* He is talking: nothing is erased behind his back. */
static void
test_erase_talking(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) refused = NULL;
	Listener *listener;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	listener = listener_new(fixture, EVENTS);
	json_object_unref(fixture_request(fixture, "POST", "/voice/calls/initiate",
					  "{\"phone_number\":\"+" VICTIM "\"}", 200));
	refused = fixture_request(fixture, "DELETE", "/callers/%2B" VICTIM, NULL, 409);
	listener_wait(listener, "call.completed", 1);
	json_object_unref(fixture_request(fixture, "DELETE", "/callers/%2B" VICTIM, NULL, 200));
	g_assert_cmpuint(count_text(fixture, VICTIM), ==, 0);
	listener_free(listener);
}

/* What can't be deleted is in the receipt, and goes the next time. */
static void
test_erase_again(Fixture *fixture, gconstpointer data)
{
	g_autofree char *id = NULL;
	g_autofree char *path = NULL;
	g_autofree char *folder = NULL;
	g_autofree char *child = NULL;
	g_autoptr(JsonObject) first = NULL;
	g_autoptr(JsonObject) second = NULL;
	Listener *listener;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	listener = listener_new(fixture, EVENTS);
	id = hold_call(fixture, listener, 1, "+" VICTIM);
	path = make_recording_path(fixture, id);
	/* A folder in its place can't be deleted as a file, by nobody. */
	g_assert_cmpint(g_unlink(path), ==, 0);
	g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
	first = fixture_request(fixture, "DELETE", "/callers/%2B" VICTIM, NULL, 200);
	g_assert_false(json_object_get_boolean_member(first, "complete"));
	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(first, "not_deleted")),
			 ==, 1);
	g_assert_cmpint(g_rmdir(path), ==, 0);
	g_assert_true(g_file_set_contents(path, "sound", -1, NULL));
	second = fixture_request(fixture, "DELETE", "/callers/%2B" VICTIM, NULL, 200);
	g_assert_true(json_object_get_boolean_member(second, "complete"));
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	listener_free(listener);
}

/* ---- retention ---- */

#define MIB (1024 * 1024)

/* Too many: the oldest go first. What is not ours stays. */
static void
test_too_many(Fixture *fixture, gconstpointer data)
{
	Listener *listener;
	g_autofree char *id = NULL;
	g_autofree char *mine = NULL;
	g_autofree char *status = NULL;
	g_autofree char *later = NULL;
	g_autofree char *foreign = NULL;
	g_autofree char *block = g_malloc0(2 * MIB);
	g_autoptr(JsonObject) call = NULL;
	g_autoptr(GBytes) recording = NULL;
	g_autoptr(GBytes) sound = NULL;
	gint64 recordings = 0, bytes = 0;
	JsonObject *told;

	fixture_configure(fixture, CONFIG "[store]\nrecordings-max-mib=1\nretention-interval=1\n");
	fixture_start(fixture);
	listener = listener_new(fixture, EVENTS);
	id = hold_call(fixture, listener, 1, "+" VICTIM);
	recording = read_recording(fixture, id);
	sound = take_sound(recording);
	foreign = make_recording_path(fixture, "notes-of-somebody");
	g_assert_true(g_file_set_contents(foreign, "not a recording", -1, NULL));
	later = make_recording_path(fixture, "ffffffff-ffff-7fff-8fff-ffffffffffff");
	g_assert_true(g_file_set_contents(later, block, 2 * MIB, NULL));
	/* At once, or one after the other. */
	for (guint n = 1; recordings < 2; n++) {
		told = json_object_get_object_member(
		    listener_wait(listener, "retention.completed", n), "data");
		recordings += json_object_get_int_member(told, "recordings");
		bytes += json_object_get_int_member(told, "bytes");
	}
	g_assert_cmpint(recordings, ==, 2);
	g_assert_cmpint(bytes, >, 2 * MIB);
	mine = make_recording_path(fixture, id);
	g_assert_false(g_file_test(mine, G_FILE_TEST_EXISTS));
	g_assert_false(g_file_test(later, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(foreign, G_FILE_TEST_EXISTS));
	g_assert_cmpuint(count_sound(fixture, sound), ==, 0);
	status = g_strconcat("/voice/calls/", id, "/status", NULL);
	call = fixture_request(fixture, "GET", status, NULL, 200);
	g_assert_true(json_object_get_null_member(call, "recording_url"));
	listener_free(listener);
}

/* As if all of it had happened 40 days ago. */
static void
age_database(Fixture *fixture)
{
	g_autofree char *path = g_build_filename(fixture->dir, "state", "offhook.db", NULL);
	sqlite3 *db;

	g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(db,
				     "UPDATE calls SET created_us = created_us - 3456000000000, "
				     "ended_us = ended_us - 3456000000000;"
				     "PRAGMA wal_checkpoint(TRUNCATE)",
				     NULL, NULL, NULL),
			==, SQLITE_OK);
	g_assert_cmpint(sqlite3_close(db), ==, SQLITE_OK);
}

static void
test_too_old(Fixture *fixture, gconstpointer data)
{
	Listener *listener;
	g_autofree char *id = NULL;
	g_autofree char *status = NULL;
	g_autofree char *old = NULL;
	JsonObject *told;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	listener = listener_new(fixture, EVENTS);
	id = hold_call(fixture, listener, 1, "+" VICTIM);
	listener_free(listener);
	fixture_stop(fixture);
	g_assert_cmpuint(count_text(fixture, SAID), >, 0);
	age_database(fixture);
	/* Of 2020. */
	old = make_recording_path(fixture, "01705c3d-1400-7000-8000-000000000001");
	g_assert_true(g_file_set_contents(old, "RIFF", -1, NULL));

	fixture_configure(fixture, CONFIG "[store]\nkeep-days=30\nretention-interval=2\n");
	fixture_start(fixture);
	listener = listener_new(fixture, EVENTS);
	told = json_object_get_object_member(listener_wait(listener, "retention.completed", 1),
					     "data");
	g_assert_cmpint(json_object_get_int_member(told, "calls"), ==, 1);
	g_assert_cmpint(json_object_get_int_member(told, "recordings"), ==, 1);
	g_assert_false(g_file_test(old, G_FILE_TEST_EXISTS));
	g_assert_cmpuint(count_text(fixture, SAID), ==, 0);
	g_assert_cmpuint(count_text(fixture, VICTIM), ==, 0);
	status = g_strconcat("/voice/calls/", id, "/status", NULL);
	json_object_unref(fixture_request(fixture, "GET", status, NULL, 404));
	listener_free(listener);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/recordings/ranges", Fixture, NULL, fixture_set_up, test_ranges,
		   fixture_tear_down);
	g_test_add("/integration/recordings/formats", Fixture, NULL, fixture_set_up, test_formats,
		   fixture_tear_down);
	g_test_add("/integration/recordings/begun-later", Fixture, NULL, fixture_set_up,
		   test_begun_later, fixture_tear_down);
	g_test_add("/integration/recordings/ended-sooner", Fixture, NULL, fixture_set_up,
		   test_ended_sooner, fixture_tear_down);
	g_test_add("/integration/recordings/backup", Fixture, NULL, fixture_set_up, test_backup,
		   fixture_tear_down);
	g_test_add("/integration/recordings/erase/subject", Fixture, NULL, fixture_set_up,
		   test_subject, fixture_tear_down);
	g_test_add("/integration/recordings/erase", Fixture, NULL, fixture_set_up, test_erase,
		   fixture_tear_down);
	g_test_add("/integration/recordings/erase/talking", Fixture, NULL, fixture_set_up,
		   test_erase_talking, fixture_tear_down);
	g_test_add("/integration/recordings/erase/again", Fixture, NULL, fixture_set_up,
		   test_erase_again, fixture_tear_down);
	g_test_add("/integration/recordings/retention/too-many", Fixture, NULL, fixture_set_up,
		   test_too_many, fixture_tear_down);
	g_test_add("/integration/recordings/retention/too-old", Fixture, NULL, fixture_set_up,
		   test_too_old, fixture_tear_down);
	return g_test_run();
}
