/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook doctor: the configuration, and what the machine gives: database, disks, limits, clock, port.
 */

#include "cli/setup/doctor.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sysexits.h>
#include <unistd.h>

#include <offhook/error.h>

#include "cli/server/db.h"

/* Of a disk that is for recordings: less is a warning, and nearly nothing an error. */
#define OFFHOOK_DOCTOR_DISK_WARNING (G_GUINT64_CONSTANT(2) << 30)
#define OFFHOOK_DOCTOR_DISK_ERROR   (G_GUINT64_CONSTANT(100) << 20)
/* A call's socket, its recording, and the request that it began with. */
#define OFFHOOK_DOCTOR_FILES_PER_CALL 3
#define OFFHOOK_DOCTOR_FILES          256
/* Signed requests are valid for minutes; tokens of providers for less. */
#define OFFHOOK_DOCTOR_SKEW_WARNING_S 10
#define OFFHOOK_DOCTOR_SKEW_ERROR_S   60
#define OFFHOOK_DOCTOR_TIMEOUT_S      10

/* ---- the configuration ---- */

void
offhook_doctor_check_config(OffhookDoctor *self)
{
	g_autofree char *program = offhook_private_server_find_program();
	const char *path = offhook_config_get_path(self->client->config);
	const char *argv[] = {program, "--check-config", path != NULL ? "--config" : NULL, path,
			      NULL};
	g_autoptr(GError) error = NULL;
	g_autoptr(GSubprocess) process = g_subprocess_newv(
	    argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error);
	g_autofree char *said = NULL;
	gboolean done =
	    process != NULL &&
	    g_subprocess_communicate_utf8(process, NULL, NULL, &said, NULL, &error);

	self->misconfigured = done && !g_subprocess_get_successful(process);
	if (!done)
		offhook_doctor_tell(self, "configuration", OFFHOOK_DOCTOR_ERROR,
				    "install the daemon: package offhook", "%s", error->message);
	else if (self->misconfigured)
		offhook_doctor_tell(
		    self, "configuration", OFFHOOK_DOCTOR_ERROR,
		    "offhookd --check-config tells until all is right; offhook setup "
		    "writes one that is",
		    "%s", said);
	else if (path == NULL)
		offhook_doctor_tell(self, "configuration", OFFHOOK_DOCTOR_WARNING,
				    "offhook setup writes one",
				    "there is no file; the built-in assistant answers");
	else if (!g_str_equal(g_strstrip(said), "ok"))
		offhook_doctor_tell(self, "configuration", OFFHOOK_DOCTOR_WARNING, NULL, "%s\n%s",
				    path, said);
	else
		offhook_doctor_tell(self, "configuration", OFFHOOK_DOCTOR_OK, NULL, "%s", path);
}

/* ---- the database ---- */

static void
offhook_doctor_check_database(OffhookDoctor *self)
{
	const char *url = offhook_config_get_string(self->client->config, "store", "url");
	const char *file = g_str_has_prefix(url, "sqlite:/") ? url + strlen("sqlite:") : NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookStoreStatus) status = NULL;

	if (file != NULL && !g_file_test(file, G_FILE_TEST_EXISTS)) {
		offhook_doctor_tell(self, "database", OFFHOOK_DOCTOR_OK, NULL,
				    "%s is made at the first start", file);
		return;
	}
	status = offhook_db_get_status(self->client, &error);
	if (status == NULL)
		offhook_doctor_tell(self, "database", OFFHOOK_DOCTOR_ERROR,
				    "see [store] url, and whether the database runs and lets us in",
				    "%s", error->message);
	else if (status->version > status->latest)
		offhook_doctor_tell(self, "database", OFFHOOK_DOCTOR_ERROR, "install that version",
				    "%s: schema %u is a newer version's", status->server,
				    status->version);
	else if (status->journal.n_damaged > 0)
		offhook_doctor_tell(self, "database", OFFHOOK_DOCTOR_WARNING,
				    "offhook db check tells more",
				    "%s: %u damaged files in the journal", status->server,
				    status->journal.n_damaged);
	else if (status->version < status->latest)
		offhook_doctor_tell(self, "database", OFFHOOK_DOCTOR_WARNING,
				    "offhook db migrate, or the next start of the server",
				    "%s: %u migrations are pending", status->server,
				    status->latest - status->version);
	else
		offhook_doctor_tell(self, "database", OFFHOOK_DOCTOR_OK, NULL,
				    "%s, schema %u, %.1f MiB", status->server, status->version,
				    status->bytes / 1048576.0);
}

/* ---- disks ---- */

/* The nearest folder above that is there. (transfer full) */
static char *
offhook_doctor_find_folder(const char *path)
{
	char *folder = g_strdup(path);

	while (!g_file_test(folder, G_FILE_TEST_IS_DIR) && strlen(folder) > 1) {
		char *parent = g_path_get_dirname(folder);

		g_free(folder);
		folder = parent;
	}
	return folder;
}

static void
offhook_doctor_check_disk(OffhookDoctor *self, const char *what, const char *path)
{
	g_autofree char *folder = offhook_doctor_find_folder(path);
	struct statvfs disk;
	guint64 free_bytes;

	if (statvfs(folder, &disk) != 0) {
		offhook_doctor_tell(self, what, OFFHOOK_DOCTOR_ERROR, NULL, "%s: %s", folder,
				    g_strerror(errno));
		return;
	}
	free_bytes = (guint64)disk.f_bavail * disk.f_frsize;
	offhook_doctor_tell(self, what,
			    free_bytes < OFFHOOK_DOCTOR_DISK_ERROR     ? OFFHOOK_DOCTOR_ERROR
			    : free_bytes < OFFHOOK_DOCTOR_DISK_WARNING ? OFFHOOK_DOCTOR_WARNING
								       : OFFHOOK_DOCTOR_OK,
			    free_bytes < OFFHOOK_DOCTOR_DISK_WARNING
				? "make room, or keep recordings for less long"
				: NULL,
			    "%s: %.1f GiB are free", path, (double)free_bytes / (1 << 30));
}

/* ---- limits ---- */

static void
offhook_doctor_check_limits(OffhookDoctor *self)
{
	guint64 calls =
	    (guint64)offhook_config_get_integer(self->client->config, "server", "max-calls");
	guint64 needed = calls * OFFHOOK_DOCTOR_FILES_PER_CALL + OFFHOOK_DOCTOR_FILES;
	struct rlimit limit = {0};

	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_max < needed)
		offhook_doctor_tell(
		    self, "open files", OFFHOOK_DOCTOR_WARNING,
		    "LimitNOFILE= of the unit, ulimit -Hn, or less [server] max-calls",
		    "%" G_GUINT64_FORMAT " may be open, %" G_GUINT64_FORMAT
		    " calls need %" G_GUINT64_FORMAT,
		    (guint64)limit.rlim_max, calls, needed);
	else
		offhook_doctor_tell(self, "open files", OFFHOOK_DOCTOR_OK, NULL,
				    "enough for %" G_GUINT64_FORMAT " calls", calls);
}

/* ---- the clock ---- */

static void
offhook_doctor_check_clock_with(OffhookDoctor *self, const char *url)
{
	g_autoptr(SoupMessage) msg = soup_message_new("HEAD", url);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) body = NULL;
	g_autoptr(GDateTime) date = NULL;
	g_autoptr(GDateTime) now = NULL;
	const char *text;
	gint64 skew_s;

	if (msg == NULL) {
		offhook_doctor_tell(self, "clock", OFFHOOK_DOCTOR_ERROR, NULL,
				    "--clock: \"%s\" is not a URL", url);
		return;
	}
	body = soup_session_send_and_read(self->client->session, msg, NULL, &error);
	text = body != NULL
		   ? soup_message_headers_get_one(soup_message_get_response_headers(msg), "Date")
		   : NULL;
	date = text != NULL ? soup_date_time_new_from_http_string(text) : NULL;
	if (date == NULL) {
		offhook_doctor_tell(self, "clock", OFFHOOK_DOCTOR_WARNING, NULL,
				    "%s does not tell the time: %s", url,
				    error != NULL ? error->message : "no Date");
		return;
	}
	now = g_date_time_new_now_utc();
	skew_s = ABS(g_date_time_difference(now, date) / G_USEC_PER_SEC);
	offhook_doctor_tell(self, "clock",
			    skew_s > OFFHOOK_DOCTOR_SKEW_ERROR_S     ? OFFHOOK_DOCTOR_ERROR
			    : skew_s > OFFHOOK_DOCTOR_SKEW_WARNING_S ? OFFHOOK_DOCTOR_WARNING
								     : OFFHOOK_DOCTOR_OK,
			    skew_s > OFFHOOK_DOCTOR_SKEW_WARNING_S
				? "signatures and tokens will be refused: timedatectl set-ntp true"
				: NULL,
			    "%" G_GINT64_FORMAT " s beside that of %s", skew_s, url);
}

static void
offhook_doctor_check_clock(OffhookDoctor *self)
{
	struct timex state = {0};
	int result = adjtimex(&state);

	if (self->clock_url != NULL)
		offhook_doctor_check_clock_with(self, self->clock_url);
	else if (result < 0)
		offhook_doctor_tell(self, "clock", OFFHOOK_DOCTOR_WARNING,
				    "--clock URL compares with a server", "can't be looked at: %s",
				    g_strerror(errno));
	else if (result == TIME_ERROR || (state.status & STA_UNSYNC) != 0)
		offhook_doctor_tell(self, "clock", OFFHOOK_DOCTOR_WARNING,
				    "timedatectl set-ntp true; --clock URL compares with a server",
				    "nothing keeps it right");
	else
		offhook_doctor_tell(self, "clock", OFFHOOK_DOCTOR_OK, NULL,
				    "kept right, to within %ld ms", state.maxerror / 1000);
}

/* ---- the port ---- */

/* While our server runs it holds the port itself. */
static void
offhook_doctor_check_port(OffhookDoctor *self)
{
	g_autoptr(GInetSocketAddress) address =
	    offhook_config_get_listen_address(self->client->config);
	g_autofree char *host =
	    g_inet_address_to_string(g_inet_socket_address_get_address(address));
	guint port = g_inet_socket_address_get_port(address);
	g_autoptr(GError) error = NULL;
	g_autoptr(GSocket) listener =
	    g_socket_new(g_socket_address_get_family(G_SOCKET_ADDRESS(address)),
			 G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

	if (listener != NULL && g_socket_bind(listener, G_SOCKET_ADDRESS(address), TRUE, &error) &&
	    g_socket_listen(listener, &error))
		offhook_doctor_tell(self, "port", OFFHOOK_DOCTOR_OK, NULL, "%s, port %u is free",
				    host, port);
	else
		offhook_doctor_tell(self, "port", OFFHOOK_DOCTOR_ERROR,
				    "end what holds it (ss -ltnp), or change [server] listen",
				    "%s, port %u: %s", host, port, error->message);
}

void
offhook_doctor_check_machine(OffhookDoctor *self)
{
	OffhookConfig *config = self->client->config;

	offhook_doctor_check_database(self);
	offhook_doctor_check_disk(self, "disk (state)", offhook_config_get_state_dir(config));
	offhook_doctor_check_disk(self, "disk (recordings)",
				  offhook_config_get_string(config, "media", "recordings-dir"));
	offhook_doctor_check_limits(self);
	offhook_doctor_check_clock(self);
	if (!self->running && !self->client->named)
		offhook_doctor_check_port(self);
}
