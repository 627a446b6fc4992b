/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where the rest of the installation is: programs in libexec, and data. Found from the place of this program,
 * so that it may be installed below another root. All (transfer full).
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * A program of ours that is no command by itself.
 * @built: where a build has it, from the root of its tree, if offhook runs from there
 */
char *offhook_programs_find(const char *built, const char *name);
/** Installed programs of that kind are here. */
char *offhook_programs_get_libexec_dir(void);
/** Data that the installation calls @installed, and the sources of the build that we run from @source. */
char *offhook_programs_find_data(const char *source, const char *installed);
/** Of the build that we run from. (nullable): we are installed */
char *offhook_programs_get_build_dir(void);

G_END_DECLS
