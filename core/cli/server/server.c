/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Doing things with the server as a whole: its plugins, its configuration, its end. Only who is known on
 * D-Bus may.
 */

#include <stdlib.h>

#include "cli/command/commands.h"
#include "cli/client/operation.h"

/* What does the same for a plugin. */
#define OFFHOOK_SERVER_SWITCH                                                                      \
	"[plugins] disabled in the configuration, then systemctl reload offhookd, or SIGHUP to "   \
	"its process"

/* Says nothing where it went well, as systemctl does. */
static int
offhook_server_run(OffhookClient *client, const OffhookOperation *operation, const char *subject,
		   JsonObject *body, GError **error)
{
	g_autoptr(JsonObject) reply =
	    offhook_operation_run(client, operation, subject, body, error);

	if (reply == NULL)
		return EXIT_FAILURE;
	offhook_client_print_json(client, reply);
	return EXIT_SUCCESS;
}

int
offhook_command_plugins_enable(OffhookClient *client, const OffhookWords *words, GError **error)
{
	static const OffhookOperation operation = {
	    "enable", OFFHOOK_SUBJECT_PLUGIN, "Plugin", "Enable",
	    .otherwise = OFFHOOK_SERVER_SWITCH};

	return offhook_server_run(client, &operation, offhook_words_get_argument(words, 0), NULL,
				  error);
}

int
offhook_command_plugins_disable(OffhookClient *client, const OffhookWords *words, GError **error)
{
	static const OffhookOperation operation = {
	    "disable", OFFHOOK_SUBJECT_PLUGIN, "Plugin", "Disable",
	    .otherwise = OFFHOOK_SERVER_SWITCH};

	return offhook_server_run(client, &operation, offhook_words_get_argument(words, 0), NULL,
				  error);
}

int
offhook_command_plugins_load(OffhookClient *client, const OffhookWords *words, GError **error)
{
	static const OffhookOperation operation = {
	    "load",
	    OFFHOOK_SUBJECT_SERVER,
	    "Manager",
	    "LoadPlugin",
	    {"path"},
	    .otherwise = "a file that is put into a plugin directory is noticed by itself; if not, "
			 "systemctl reload offhookd, or SIGHUP to its process, looks for it"};
	g_autofree char *path = g_canonicalize_filename(offhook_words_get_argument(words, 0), NULL);
	g_autoptr(JsonObject) body = json_object_new();

	json_object_set_string_member(body, "path", path);
	return offhook_server_run(client, &operation, NULL, body, error);
}

int
offhook_command_plugins_rescan(OffhookClient *client, const OffhookWords *words, GError **error)
{
	static const OffhookOperation operation = {
	    "rescan", OFFHOOK_SUBJECT_SERVER, "Manager", "RescanPlugins",
	    .otherwise = "systemctl reload offhookd, or SIGHUP to its process, does that, too"};

	return offhook_server_run(client, &operation, NULL, NULL, error);
}

int
offhook_command_reload(OffhookClient *client, const OffhookWords *words, GError **error)
{
	static const OffhookOperation operation = {
	    "reload", OFFHOOK_SUBJECT_SERVER, "Manager", "Reload",
	    .otherwise = "systemctl reload offhookd, or SIGHUP to its process"};

	return offhook_server_run(client, &operation, NULL, NULL, error);
}

int
offhook_command_drain(OffhookClient *client, const OffhookWords *words, GError **error)
{
	static const OffhookOperation drain = {
	    "drain",
	    OFFHOOK_SUBJECT_SERVER,
	    "Manager",
	    "Drain",
	    {"quit"},
	    .otherwise = "SIGUSR1 to its process, which then also ends with the last call "
			 "(systemctl kill --kill-who=main --signal=USR1 offhookd)"};
	static const OffhookOperation stop = {
	    "drain --stop", OFFHOOK_SUBJECT_SERVER, "Manager", "StopDraining",
	    .otherwise = "it can't be called off; to go on with a new process, SIGUSR2 (see "
			 "docs/upgrading.md)"};
	gboolean quit = offhook_words_has(words, "quit");
	g_autoptr(JsonObject) body = json_object_new();

	if (offhook_words_has(words, "stop"))
		return quit ? offhook_words_refuse(words, error, "--quit or --stop, not both")
			    : offhook_server_run(client, &stop, NULL, NULL, error);
	json_object_set_boolean_member(body, "quit", quit);
	return offhook_server_run(client, &drain, NULL, body, error);
}
