module sidebyside/peer

go 1.19
