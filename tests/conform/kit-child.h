/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The process that has the plugin in it: tells which checks there are, or runs one.
 */
#pragma once

#include "kit-case.h"

G_BEGIN_DECLS

/** Exit statuses besides those of a test. */
enum {
	KIT_CHILD_NOT_LOADED = 10,
	KIT_CHILD_NOT_CONFIGURED = 11,
	KIT_CHILD_BAD_CASE = 12,
};

/** What begins the line that says what the plugin is: kind, name, version, each after a tab. */
#define KIT_CHILD_PLUGIN "plugin\t"

/**
 * @path: (nullable): the check to run; %NULL: print the plugin and its checks
 * Returns: the exit status; what went wrong is on standard error
 */
int kit_child_run(const char *file, KitCase *kase, const char *path, guint timeout_s);

G_END_DECLS
