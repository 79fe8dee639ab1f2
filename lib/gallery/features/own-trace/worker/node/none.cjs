/** In place of modules of Node that scripts of pages import and never use. */
module.exports = {};
