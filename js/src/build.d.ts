/** Identifies the build, in both of its parts; set by the bundler. */
declare const BUILD: string;
