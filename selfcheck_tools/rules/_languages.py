"""The languages that a code block may name: all that Pygments knows, and what others do besides.

Asking Pygments would cost more than the linting; a test holds that none of its names is missing.
"""

from functools import cache


@cache
def languages() -> frozenset[str]:
    """The names in lower case."""
    return frozenset(_NAMES.split())


_NAMES = """
    abap abc abl abnf aconf actionscript actionscript3 ada ada2005 ada95 adl admonition adoc
    agda aheui ahk algorithm alloy ambienttalk ambienttalk/2 amdgpu ampl androidbp anki ansible
    ansys antlr antlr-actionscript antlr-as antlr-c# antlr-cpp antlr-csharp antlr-java
    antlr-objc antlr-perl antlr-python antlr-rb antlr-ruby apache apacheconf apdl apex apl
    applescript arduino arexx armasm arrow art arturo as as3 asc ascii ascii-art asciidoc
    asciimath asm asn1 aspectj aspnet aspx-cs aspx-vb astro asy asymptote at augeas autohotkey
    autoit avro awk b3d bare base64 basemake bash basic bat batch bazel bbcbasic bbcode bc bdd
    be befunge berry bf bib biblatex bibtex bicep bigquery bin binary bitbake blade blazor
    blitzbasic blitzmax blueprint bmax bnf boa boo boogie bp bplus bqn brainfuck bro bsdmake bst
    bst-pybtex bugs bzl c c# c++ c++-objdumb c-objdump ca65 caddy caddyfile cadl cairo camkes
    capdl capnp carbon card cassandra caution cbmbas cc cddl cel ceylon cf3 cfc cfengine3 cfg
    cfm cfs chai chaiscript chapel charmci chatito cheetah chess chpl cirru cjs cl clarity clay
    clean clipper clj cljs clojure clojurescript cmake cmd cobol cobolfree code codeql coffee
    coffee-script coffeescript comal comal80 common-lisp commonmark componentpascal compose conf
    config console console-output control coq cp cplint cpp cpp-objdump cpsa cql cr crmsh croc
    cron crontab cry cryptol crystal cs csh csharp cshtml csound csound-csd csound-document
    csound-orc csound-sco csound-score csr css css+django css+erb css+genshi css+genshitext
    css+jinja css+lasso css+mako css+mozpreproc css+myghty css+php css+ruby css+smarty css+ul4
    csv cts cu cucumber cuda cue curl cxx cxx-objdump cypher cypher-query cython d d-objdump d2
    danger dart dasm16 dataview dataviewjs dax debcontrol debian.sources debsources delphi deno
    desktop devicetree dg dhall diff ditaa django dmesg do docker docker-compose dockerfile dos
    dosbatch doscon dosini dot dotenv dpatch dtd dts duby duel dylan dylan-console dylan-lid
    dylan-repl earl-grey earlgrey easytrieve ebnf ec ecl editorconfig edn eg eiffel ejs elisp
    elixir elm elpi emacs emacs-lisp email embed eml env erb erl erlang error es6 evoque ex
    example execline exs extempore ezhil f# f90 factor fan fancy fc feature felix fen fennel fif
    fift fish fishshell flashcard flatline flo floscript flow flowchart flux flx fnl forth
    fortran fortranfixed foxpro freefem frontmatter fs fsharp fstar func futhark fy gap
    gap-console gap-repl gas gawk gcode gd gdscript gemfile genshi genshitext geojson gettext
    gherkin git git-commit git-rebase gitattributes gitconfig gitignore gleam glsl gnuplot go
    go-html-template go-mod go.mod gohtml golang golo gomod gooddata-cl googlesql gosu gotmpl
    gql gradle graphql graphviz groff groovy gsed gsql gst guix h hack haml handlebars haproxy
    hare haskell haxe haxeml hbs hcl helm hex hexdump hjson hlsl hpp hs hsa hsail hspec htaccess
    htm html html+cheetah html+django html+erb html+evoque html+genshi html+handlebars
    html+jinja html+kid html+lasso html+mako html+myghty html+ng2 html+php html+ruby html+smarty
    html+spitfire html+twig html+ul4 html+velocity html5 htmlcheetah htmldjango http https hx
    hxml hxsl hxx hy hybris hylang i6 i6t i7 icon ics idl idl4 idr idris iex iframe igor igorpro
    ik important influxql info inform6 inform7 ini ino input io ioke ipynb ipython irb irc
    isabelle j j2 jade jags janet jasmin jasminxt java javascript javascript+cheetah
    javascript+django javascript+erb javascript+genshi javascript+genshitext javascript+jinja
    javascript+lasso javascript+mako javascript+mozpreproc javascript+myghty javascript+php
    javascript+ruby javascript+smarty javascript+spitfire jbst jcl jinja jinja2 jl jlcon
    jmespath jp jproperties jq js js+cheetah js+django js+erb js+genshi js+genshitext js+jinja
    js+lasso js+mako js+myghty js+php js+ruby js+smarty js+spitfire js+ul4 jsgf jslt json
    json-ld json-object json-with-comments json5 jsonc jsonl jsonld jsonml+bst jsonnet jsp jsx
    julia julia-repl jupyter just justfile juttle k k8s kal katex kconfig kernel-config kid kmsg
    koka kotlin kql ksh kt kts kubernetes kuin kusto lagda lasso lassoscript latex lcry lcryptol
    ldapconf ldaprc ldif lean lean3 lean4 less lhaskell lhs lid lidr lidris lighttpd lighty
    lilypond limbo linux-config linuxconfig liquid lisp literate-agda literate-cryptol
    literate-haskell literate-idris live-script livescript llvm llvm-ir llvm-mir llvm-mir-body
    lobas log logo logos logql logs logtalk lsl lua luau m2 macaulay2 macsyma make makefile mako
    man maple maql mariadb markdown mask mason math mathematica matlab matlabsession maven mawk
    maxima mcf mcfunction mcschema md mdx mediawiki menuconfig mercury mermaid meson meson.build
    metal mf micropython mime minid miniscript mips mjs mk mma modelica modula2 moin mojo mongo
    mongodb mongosh monkey monte moo moocode moon moonscript mosel move mozhashpreproc
    mozpercentpreproc mq4 mq5 mql mql4 mql5 ms msc mscgen mssql mts mupad mustache mxml myghty
    mysql nasm nawk nb ncl ndjson nemerle nesc nestedtext newlisp newspeak nfo ng2 nginx nim
    nimrod ninja nit nix nixos node nodejs nodejsrepl noir nomnoml none note notmuch npmrc nroff
    nsh nsi nsis nt numba_ir numbair numpy nusmv nvim obj-c obj-c++ obj-j objc objc++ objdump
    objdump-nasm objective-c objective-c++ objective-cpp objective-j objectivec objectivec++
    objectivej objectpascal objj ocaml octave odin omg-idl oobas ooc opa openapi openbugs opencl
    openedge openqasm openrc openscad org org-mode orgmode output pacmanconf pan parasail pas
    pascal patch pawn pcmk pcss pddl peg pem perl perl6 pgn pgsql phix php php-html php3 php4
    php5 pig pike pkgconfig pkl pl pl/sql pl6 plain plaintext plantuml plist plpgsql plsql po
    pod pointless pom pony portugol posh postcss postgres postgres-console postgres-explain
    postgresql postgresql-console postscr postscript pot pov powershell praat processing
    procfile progress prolog promela prompt promql properties proto proto3 protobuf prql ps1
    ps1con pseudo pseudo-code pseudocode psm1 psql psysh ptx pug puml puppet purescript purs
    pwsh pwsh-session py py+ul4 py2 py2tb py3 py3tb pycon pyi pypy pypylog pyrex pytb python
    python-console python2 python3 pyx q q# qasm qbasic qbs ql qlik qlikscript qliksense
    qlikview qmd qml qsharp quarto query question quiz qvt qvto r racket ragel ragel-c ragel-cpp
    ragel-d ragel-em ragel-java ragel-objc ragel-rb ragel-ruby rails rakefile raku raml raw
    razor rb rbcon rconsole rd react reason reasonml rebol red red/system redcode redis regex
    regexp registry rego rell rescript resource resourcebundle rest restructuredtext result
    results rexx rhtml ride riscv rita rkt rmarkdown rmd rnc rng-compact roboconf-graph
    roboconf-instances robot robotframework roc rocq rocq-prover rout rql rs rscript rsl rst rts
    ruby rust s sage sagemath salt sarl sas sass savi sbatch sbt sc scala scaml scd scdoc scheme
    scilab scm scratch scss sed sequence sgf sh sh-session shader shell shell-session
    shellsession shen shex shexc sieve silver singularity slash slim sls slurm smali smalltalk
    smarty smithy sml smt smt2 smtlib snbt snobol snowball snowflake soap sobas solidity soong
    sophia sources.list sourceslist sp sparql spec spice spicelang spitfire spl splus spss sql
    sql+jinja sqlite sqlite3 squeak squid squid.conf squidconf srcinfo srt ssed ssh-config
    sshconfig ssp st stan starlark stata stderr stdout stl styl stylus success supercollider
    surql sv svelte svgbob swagger swift swiftui swig sycl systemd systemverilog t-sql tablegen
    tact tads3 tailwindcss tal tap tasks tasm tcl tcsh tcshcon td tea teal teraterm
    teratermmacro termcap terminal terminfo terraform tex text text-only tf tfvars thingsdb
    thrift ti tid tip tla tlaplus tlb tls tnt toc todotxt toml topojson trac-wiki trafficscript
    treetop ts tsql tsv tsx ttl turtle twig txt txtfile typescript typoscript typoscriptcssdata
    typoscripthtmldata typst ucode udiff ul4 uml unicon unixconfig unknown urbiscript uri url
    urlencoded usd usda uxntal v vala vapi vb vb.net vba vbnet vbscript vcard vcl vclsnippet
    vclsnippets vctreestatus vega vega-lite velocity verifpal verilog vfp vgl vhdl vim viml
    vimscript visual-basic visualbasic visualprolog visualprologgrammar vlang vlog vtt vue
    vue-html vyper warning wasm wast wat wavedrom wdiff webassembly webidl wgsl whiley wikitext
    winbatch winbugs wl wolfram wowtoc wren wsdl x++ x10 x86asm xbase xhtml xml xml+cheetah
    xml+django xml+erb xml+evoque xml+genshi xml+jinja xml+kid xml+lasso xml+mako xml+myghty
    xml+php xml+ruby xml+smarty xml+spitfire xml+ul4 xml+velocity xorg.conf xpp xq xql xqm
    xquery xqy xsd xsl xslt xten xtend xul+mozpreproc yaml yaml+jinja yaml-front-matter yang yar
    yara yml z3 zeek zephir zetasql zig zone zsh zsh-session 🔥
"""
