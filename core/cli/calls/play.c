/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook play: fetches a recording, and plays it or keeps it.
 */

#include <stdlib.h>
#include <unistd.h>

#include <offhook/error.h>

#include "cli/client/call-id.h"
#include "cli/command/commands.h"

/* Players in the order in which they are tried; the file's name follows. */
static const char *const offhook_play_players[][4] = {
    {"gst-play-1.0", "--quiet", "--no-interactive", NULL},
    {"aplay", "-q", NULL},
    {"paplay", NULL},
};

/* Is there something to be heard with? */
static gboolean
offhook_play_has_device(void)
{
	const char *runtime = g_getenv("XDG_RUNTIME_DIR");
	g_autofree char *pulse =
	    g_build_filename(runtime != NULL ? runtime : "/nonexistent", "pulse", "native", NULL);
	g_autofree char *pipewire =
	    g_build_filename(runtime != NULL ? runtime : "/nonexistent", "pipewire-0", NULL);
	g_autoptr(GDir) devices = g_dir_open("/dev/snd", 0, NULL);
	const char *name;

	if (g_getenv("PULSE_SERVER") != NULL || g_file_test(pulse, G_FILE_TEST_EXISTS) ||
	    g_file_test(pipewire, G_FILE_TEST_EXISTS))
		return TRUE;
	while (devices != NULL && (name = g_dir_read_name(devices)) != NULL)
		if (g_str_has_prefix(name, "pcm") && g_str_has_suffix(name, "p"))
			return TRUE;
	return FALSE;
}

static gboolean
offhook_play_run(const char *const *player, const char *file, GError **error)
{
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();
	g_auto(GStrv) argv = NULL;
	int status = 0;

	for (guint i = 0; player[i] != NULL; i++)
		g_strv_builder_add(words, player[i]);
	g_strv_builder_add(words, file);
	argv = g_strv_builder_end(words);
	return g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN,
			    NULL, NULL, NULL, NULL, &status, error) &&
	       g_spawn_check_wait_status(status, error);
}

static gboolean
offhook_play_file(const char *file, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_play_players); i++) {
		g_autofree char *path = g_find_program_in_path(offhook_play_players[i][0]);

		if (path != NULL)
			return offhook_play_run(offhook_play_players[i], file, error);
	}
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
		    "nothing to play it with is installed (gst-play-1.0, aplay or paplay): "
		    "--output FILE keeps it");
	return FALSE;
}

/* Played from a file, as most players want to know how long it is. */
static gboolean
offhook_play_recording(OffhookClient *client, const char *path, GError **error)
{
	g_autofree char *file = NULL;
	int fd;
	gboolean played;

	if (!offhook_play_has_device()) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "there is no sound device here: --output FILE keeps the recording");
		return FALSE;
	}
	fd = g_file_open_tmp("offhook-XXXXXX.wav", &file, error);
	if (fd < 0)
		return FALSE;
	close(fd);
	played = offhook_client_save(client, path, file, error) && offhook_play_file(file, error);
	unlink(file);
	return played;
}

int
offhook_command_play(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *output = offhook_words_get(words, "output");
	g_autofree char *path = offhook_call_id_make_path(
	    client, offhook_words_get_argument(words, 0), "recording", error);
	gboolean done;

	if (path == NULL)
		return EXIT_FAILURE;
	done = output != NULL ? offhook_client_save(client, path, output, error)
			      : offhook_play_recording(client, path, error);
	return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
