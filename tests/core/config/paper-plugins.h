/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A directory of plugins for tests of the configuration.
 */
#pragma once

#include "config/config-plugins.h"

G_BEGIN_DECLS

/**
 * Driver acme; engines ears (only hears), bard (only speaks), ruin (broken); agents dialog, picky,
 * thinker (needs a language model), tool, and book, which is one.
 */
extern const OffhookPluginDirectory paper_plugins;
extern const OffhookSetting paper_plugins_acme_settings[];

G_END_DECLS
